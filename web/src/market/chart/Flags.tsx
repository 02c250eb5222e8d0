import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { href } from '../../app/router';
import { Time } from '../../parts/values/Time';
import { hiddenOverlays } from '../../state/preferences';
import { day } from '../../time/words';
import { toldOf } from '../../trust/said/Told';
import type { Announcement } from '../../wire/types';
import css from './chart.module.css';
import { placeOf } from './past/slots';
import { chartTime, type Stage } from './stage';

interface Flag {
  left: number;
  rows: Announcement[];
}

const APART_PX = 26;

/** Announcements where they were made, along the axis of time; hover or focus tells them. */
export function Flags({ stage, rows }: { stage: Stage; rows: readonly Announcement[] }) {
  const flags = useSignal<readonly Flag[]>([]);
  const open = useSignal<Flag | null>(null);
  const shown = !hiddenOverlays.value.has('flags');
  const count = stage.past.prices.value.length;
  useEffect(() => {
    const scale = stage.chart.timeScale();
    const place = () => {
      open.value = null;
      flags.value = shown ? placed(stage, rows) : [];
    };
    const frame = requestAnimationFrame(place);
    scale.subscribeVisibleLogicalRangeChange(place);
    scale.subscribeSizeChange(place);
    return () => {
      cancelAnimationFrame(frame);
      scale.unsubscribeVisibleLogicalRangeChange(place);
      scale.unsubscribeSizeChange(place);
    };
  }, [stage, rows, shown, count]);
  const told = open.value;
  return (
    <>
      <ul class={css.flags} aria-label="Announcements on display">
        {flags.value.map((flag) => (
          <li key={flag.rows[0]?.seq} style={{ left: `${flag.left}px` }}>
            <button
              type="button"
              class={css.flag}
              aria-label={wordsOf(flag)}
              onFocus={() => {
                open.value = flag;
              }}
              onBlur={() => {
                open.value = null;
              }}
              onMouseEnter={() => {
                open.value = flag;
              }}
              onMouseLeave={() => {
                open.value = null;
              }}
              onClick={() => {
                globalThis.location.hash = href('trust', stage.coin, 'announcements');
              }}
            >
              {flag.rows.length > 1 ? flag.rows.length : 'A'}
            </button>
          </li>
        ))}
      </ul>
      {told ? <Told flag={told} /> : null}
    </>
  );
}

const WIDTH_PX = 280;

function Told({ flag }: { flag: Flag }) {
  return (
    <div
      class={css.told}
      role="tooltip"
      style={{ left: `clamp(8px, ${flag.left - WIDTH_PX / 2}px, calc(100% - ${WIDTH_PX + 8}px))` }}
    >
      {flag.rows.slice(-3).map((row) => (
        <div key={`${row.seq} ${row.title}`}>
          <p class={css.toldTitle}>{row.title}</p>
          <p>{toldOf(row)}</p>
          <p class="soft">
            <Time ms={row.time} />
          </p>
        </div>
      ))}
    </div>
  );
}

function wordsOf(flag: Flag): string {
  const [first] = flag.rows;
  if (!first) return '';
  const said = flag.rows.map((row) => `${row.title}. ${toldOf(row)}`).join(' ');
  return `${flag.rows.length > 1 ? `${flag.rows.length} announcements` : 'Announcement'}, ${day(first.time)}: ${said}`;
}

/** Those in view, near ones together, from left to right. */
function placed(stage: Stage, rows: readonly Announcement[]): Flag[] {
  const points = stage.past.prices.peek();
  const scale = stage.chart.timeScale();
  const found: Flag[] = [];
  for (const row of rows) {
    const point = points[placeOf(points, row.time)] ?? points[0];
    if (!point || row.time < point.t - stage.past.length) continue;
    const left = scale.timeToCoordinate(chartTime(point.t));
    if (left === null || left < 0 || left > scale.width()) continue;
    const last = found.at(-1);
    if (last && left - last.left < APART_PX) last.rows.push(row);
    else found.push({ left, rows: [row] });
  }
  return found;
}
