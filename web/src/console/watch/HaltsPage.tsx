import { href } from '../../app/router';
import { phaseWords } from '../../market/dates';
import { Badge } from '../../parts/Badge';
import { Empty } from '../../parts/Empty';
import { type Column, Table } from '../../parts/Table';
import { Countdown } from '../../parts/values/Countdown';
import { Live } from '../../parts/values/Live';
import { Time } from '../../parts/values/Time';
import { markets } from '../../state/markets';
import { marketStatus } from '../../wire/reads';
import type { MarketStatus } from '../../wire/types';
import css from '../console.module.css';
import { recordedActs } from '../desk/acting';
import { may } from '../desk/operator';
import { usePolled } from '../desk/polled';
import type { RecordedAct } from '../desk/reads';
import { Who } from '../records/Who';

/** A market's status, and the act that stopped it where an operator did. */
interface Row extends MarketStatus {
  readonly act: RecordedAct | null;
}

const COLUMNS: readonly Column<Row>[] = [
  { key: 'Market', cell: (row) => row.coin },
  { key: 'Phase', cell: (row) => phaseWords(row.phase) },
  { key: 'Trading', cell: (row) => <Status row={row} /> },
  {
    key: 'Why',
    cell: (row) => (
      <span class={css.words}>
        {CAUSES[row.haltCause ?? ''] ?? (row.act ? <Asked act={row.act} /> : '–')}
      </span>
    ),
  },
  { key: 'Acts', cell: (row) => <Links row={row} /> },
  {
    key: 'Ends',
    cell: (row) =>
      row.haltEndsTime ? (
        <>
          {'in '}
          <Countdown to={row.haltEndsTime} />
        </>
      ) : row.tradingStatus === 'open' ? (
        '–'
      ) : (
        'when resumed'
      ),
  },
  {
    key: 'Next',
    cell: (row) =>
      row.awaitsPricesSince ? (
        <>
          {'waits for prices since '}
          <Time ms={row.awaitsPricesSince} short />
        </>
      ) : row.reopensTime ? (
        <>
          {'opens in '}
          <Countdown to={row.reopensTime} />
        </>
      ) : (
        '–'
      ),
  },
  { key: 'At the exchange', cell: (row) => <Exchange row={row} /> },
];

/** Who stopped it, and why. */
function Asked({ act }: { act: RecordedAct }) {
  return (
    <>
      {'by '}
      <Who address={act.by} roles={act.roles} />
      {act.grounds ? `: ${act.grounds}` : ', no grounds given'}
    </>
  );
}

/** What sources say of the listing exchange. */
function Exchange({ row }: { row: MarketStatus }) {
  if (row.exchangeHalts.length === 0) return <>–</>;
  return (
    <span class={css.words}>
      <Badge tone="bad">halted</Badge>
      {row.exchangeHalts.map((one) => (
        <span key={one.source}>
          {` says ${one.source}`}
          {one.since ? (
            <>
              {' since '}
              <Time ms={one.since} short />
            </>
          ) : null}
          {one.reason ? `: ${one.reason}` : ''}
        </span>
      ))}
    </span>
  );
}

const CAUSES: Readonly<Record<string, string>> = {
  mark_moved: 'its mark moved too far',
  feed_failed: 'outside prices are missing',
};

function Status({ row }: { row: MarketStatus }) {
  const tone =
    row.tradingStatus === 'open' ? 'good' : row.tradingStatus === 'halted' ? 'bad' : 'warn';
  return <Badge tone={tone}>{row.tradingStatus.replaceAll('_', ' ')}</Badge>;
}

function Links({ row }: { row: MarketStatus }) {
  if (row.phase === 'SETTLED' || row.phase === 'SETTLING') return <>over</>;
  if (!may(['risk'])) return <span class="soft">for risk</span>;
  if (row.tradingStatus === 'open') {
    return (
      <span class={css.links}>
        <a href={href('acts', 'halt', row.coin)}>{`Halt ${row.coin} for an hour`}</a>
        <a href={href('acts', 'halt', row.coin, 'halted', 'yes')}>
          Halt longer
          <span class="hidden">{` ${row.coin}`}</span>
        </a>
      </span>
    );
  }
  return (
    <span class={css.links}>
      <a href={href('acts', 'resume', row.coin)}>{`Resume ${row.coin}`}</a>
      <a href={href('acts', 'halt', row.coin, 'halted', 'yes')}>
        Keep halted
        <span class="hidden">{` ${row.coin}`}</span>
      </a>
    </span>
  );
}

const DISK: Readonly<Record<string, string>> = {
  disk_slow: 'its disk is slow',
  disk_low: 'its disk is nearly full',
};

/** What the whole venue keeps from trading, if anything (LIFE-13). */
function venueWords(row: MarketStatus | undefined): string | null {
  const { status, cause } = row?.venueStatus ?? {};
  if (!status || status === 'open') return null;
  return `The whole venue is ${status.replaceAll('_', ' ')}: ${DISK[cause ?? ''] ?? 'no cause given'}. It resumes by itself.`;
}

/** The newest acts that stopped markets; those of deployers have a name of their own. */
async function haltingActs(): Promise<RecordedAct[]> {
  const found = await Promise.all([
    recordedActs({ act: 'halt' }),
    recordedActs({ act: 'haltTrading' }),
  ]);
  return found.flat().sort((a, b) => b.seq - a.seq);
}

/** Stopped ones first, each with the newest act of an operator that stopped it. */
function rowsOf(statuses: readonly MarketStatus[], acts: readonly RecordedAct[]): Row[] {
  const rows = statuses.map((status) => {
    const stands = status.tradingStatus !== 'open' && status.reopensTime === null;
    const how = status.haltEndsTime === null ? 'proposed' : 'done';
    const act = acts.find((one) => one.coin === status.coin && one.outcome === how);
    return { ...status, act: stands ? (act ?? null) : null };
  });
  const open = (row: Row) => Number(row.tradingStatus === 'open');
  return rows.sort((a, b) => open(a) - open(b));
}

/** Which markets trade, which do not, why, and until when (LIFE-11). */
export function HaltsPage() {
  const coins = markets.value.map((market) => market.coin);
  const { held, error } = usePolled(
    () => Promise.all(coins.map((coin) => marketStatus(coin))),
    coins.join(),
  );
  const acts = usePolled(haltingActs, 'halts', 10_000, true);
  if (!held) return <p role="status">{error ?? 'Reading the markets…'}</p>;
  return (
    <section class={css.page}>
      <h1>Halts</h1>
      <p class="soft">
        One risk key halts a market for an hour at most; it then resumes by itself, and for another
        hour it takes two keys. Trading resumes through a phase in which orders may only be posted.
      </p>
      {venueWords(held.value[0]) ? <p class={css.alert}>{venueWords(held.value[0])}</p> : null}
      <Live held={held} words block>
        <Table
          label="Halts"
          columns={COLUMNS}
          rows={rowsOf(held.value, acts.held?.value ?? [])}
          rowKey={(row) => row.coin}
          empty={<Empty title="No market">Two listers bring one into being.</Empty>}
        />
      </Live>
    </section>
  );
}
