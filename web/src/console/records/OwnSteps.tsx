import { Badge } from '../../parts/Badge';
import { Empty } from '../../parts/Empty';
import { type Column, Table } from '../../parts/Table';
import { Countdown } from '../../parts/values/Countdown';
import { Live } from '../../parts/values/Live';
import { Time } from '../../parts/values/Time';
import { markets } from '../../state/markets';
import { announcements, marketStatus, statusHistory } from '../../wire/reads';
import css from '../console.module.css';
import { usePolled } from '../desk/polled';
import { decisions } from '../desk/reads';
import { announcedByItself, awaiting, type OwnStep, stops } from './own-steps';

const EVERY_MS = 6_000;

const COLUMNS: readonly Column<OwnStep>[] = [
  { key: 'Since', cell: (row) => <Time ms={row.since} seconds /> },
  { key: 'Market', cell: (row) => row.coin ?? 'venue' },
  { key: 'What', cell: (row) => <span class={css.words}>{row.what}</span> },
  { key: 'By rule', cell: (row) => row.rule },
  { key: 'State', cell: (row) => <State row={row} /> },
  { key: 'Command', align: 'end', cell: (row) => row.seq ?? '–' },
];

function State({ row }: { row: OwnStep }) {
  if (row.ended !== null) {
    return (
      <>
        {'over since '}
        <Time ms={row.ended} seconds />
      </>
    );
  }
  if (!row.lasts) return <Badge>done</Badge>;
  return (
    <>
      <Badge tone="bad">lasts</Badge>
      {row.until ? (
        <>
          {' ends in '}
          <Countdown to={row.until} />
        </>
      ) : null}
    </>
  );
}

/** What the venue did by itself, by which rule: no key signed it (LIFE-1, LIFE-11). */
export function OwnSteps() {
  const coins = markets.value.map((market) => market.coin);
  const { held, error } = usePolled(() => stepsOf(coins), coins.join(), EVERY_MS);
  if (!held) return <p role="status">{error ?? 'Reading…'}</p>;
  return (
    <>
      <Live held={held} words block>
        <Table
          label="By the venue itself"
          columns={COLUMNS}
          rows={held.value}
          rowKey={(row) => row.key}
          empty={
            <Empty title="Nothing yet">
              Phases that a date begins, and halts that no operator asked for, stand here.
            </Empty>
          }
        />
      </Live>
      <p class="soft">Of stops, the newest 500 changes of status are looked at.</p>
    </>
  );
}

async function stepsOf(coins: readonly string[]): Promise<readonly OwnStep[]> {
  const [statuses, changes, said, decided] = await Promise.all([
    Promise.all(coins.map((coin) => marketStatus(coin))),
    statusHistory(),
    announcements(),
    decidedBy(),
  ]);
  const own = [...stops(changes, statuses), ...announcedByItself(said, decided)];
  return [...awaiting(statuses), ...own.sort((one, other) => other.since - one.since)];
}

/** The commands with which proposals were decided, all of them. */
async function decidedBy(): Promise<ReadonlySet<number>> {
  const found = new Set<number>();
  let last: number | undefined;
  for (;;) {
    const page = await decisions(last);
    for (const one of page) found.add(one.seq);
    const oldest = page.at(-1)?.proposalId ?? 1;
    if (oldest <= 1) return found;
    last = oldest - 1;
  }
}
