import { computed, useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { href } from '../../app/router';
import { said } from '../../state/live';
import { spec } from '../../state/markets';
import { fitBand, interval } from '../../state/preferences';
import { explain } from '../../trust/explain/asked';
import { CandleTable } from './CandleTable';
import css from './chart.module.css';
import { moveCursor, wordsAt } from './cursor';
import { draw } from './draw';
import { Flags } from './Flags';
import { IntervalSwitch } from './IntervalSwitch';
import { Legend } from './Legend';
import { openPast, type Past } from './past/past';
import type { Stage } from './stage';
import { crosshairTime } from './times';

const hasIndex = computed(() => spec.value?.specification.index !== null);

/** Candles of a market, with everything that is drawn over them. */
export function Chart({ coin }: { coin: string }) {
  const place = useRef<HTMLDivElement>(null);
  const [stage, setStage] = useState<Stage | null>(null);
  /** The candle that is looked at, ms; null for none. */
  const chosen = useSignal<number | null>(null);
  const asTable = useSignal(false);
  const length = interval.value;
  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    chosen.value = null;
    const past = openPast(coin, length);
    const [made, end] = draw(element, coin, past, (t) => {
      chosen.value = t;
    });
    setStage(made);
    return () => {
      setStage(null);
      end();
      past.end();
    };
  }, [coin, length]);
  const look = (event: KeyboardEvent) => {
    if (stage) moveCursor(event, stage, chosen);
  };
  return (
    <>
      <div class={css.tools}>
        <IntervalSwitch />
        <button
          type="button"
          class={css.toggle}
          aria-pressed={asTable.value}
          onClick={() => {
            asTable.value = !asTable.value;
          }}
        >
          Table
        </button>
        <button
          type="button"
          class={css.toggle}
          aria-pressed={fitBand.value === 'band'}
          onClick={() => {
            fitBand.value = fitBand.value === 'band' ? 'candles' : 'band';
          }}
        >
          {hasIndex.value ? 'Fit clamp' : 'Fit band'}
        </button>
        <a class={css.all} href={href('trust', coin, 'announcements')}>
          {`Announcements (${said.value.length})`}
        </a>
        <a class={css.credit} href="https://www.tradingview.com/" target="_blank" rel="noreferrer">
          Chart by TradingView
        </a>
      </div>
      <Legend />
      <div class={css.place}>
        <div
          ref={place}
          class={css.canvas}
          role="application"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys choose a candle here
          tabIndex={0}
          aria-label={`Chart of ${coin}. Left and right choose a candle, Enter explains its price.`}
          onKeyDown={look}
        />
        <p class="hidden" role="status">
          {stage && chosen.value !== null ? wordsAt(stage, chosen.value) : ''}
        </p>
        {stage ? <Flags stage={stage} rows={said.value} /> : null}
        {chosen.value !== null && stage ? (
          <Chosen t={chosen.value} coin={coin} length={stage.past.length} />
        ) : null}
        {asTable.value && stage ? <CandleTable stage={stage} /> : null}
        {stage ? <Note past={stage.past} /> : null}
      </div>
    </>
  );
}

function Chosen({ t, coin, length }: { t: number; coin: string; length: number }) {
  return (
    <button type="button" class={`button ${css.chosen}`} onClick={() => explain(coin, t + length)}>
      {`Explain the price of ${crosshairTime((t / 1000) as never)}`}
    </button>
  );
}

/** What to say where there are no candles. */
function Note({ past }: { past: Past }) {
  const words = useMemo(
    () =>
      computed(() => {
        if (past.state.value === 'failed') return 'The history could not be read.';
        if (past.state.value === 'reading' || past.candles.value.length > 0) return null;
        return past.prices.value.length > 0 ? null : 'A candle stands here with the first trade.';
      }),
    [past],
  );
  return words.value ? <p class={css.note}>{words.value}</p> : null;
}
