import { href } from '../../app/router';
import { fixed, grouped } from '../../numbers/format';
import { Badge } from '../../parts/Badge';
import { Empty } from '../../parts/Empty';
import { type Column, Table } from '../../parts/Table';
import { Live } from '../../parts/values/Live';
import { markets } from '../../state/markets';
import { venueNow } from '../../time/clock';
import { remaining, utc } from '../../time/words';
import css from '../console.module.css';
import { may } from '../desk/operator';
import { usePolled } from '../desk/polled';
import { indexInputs, operators, priceSources } from '../desk/reads';

interface Row {
  readonly coin: string;
  readonly source: string;
  readonly kind: string;
  readonly value: string | null;
  readonly unit: string;
  readonly time: number | null;
  readonly weight: string | null;
  readonly state: string;
  readonly reason: string | null;
}

const TONES: Readonly<Record<string, 'good' | 'warn' | 'bad' | 'plain'>> = {
  live: 'good',
  held: 'warn',
  expired: 'plain',
  rejected: 'bad',
  halted: 'bad',
};

const UNITS: Readonly<Record<string, string>> = { per_share: 'a share', valuation: 'the company' };

const COLUMNS: readonly Column<Row>[] = [
  { key: 'Market', cell: (row) => row.coin },
  { key: 'Source', cell: (row) => row.source },
  { key: 'What', cell: (row) => row.kind.replaceAll('_', ' ') },
  { key: 'Of', cell: (row) => UNITS[row.unit] ?? row.unit },
  { key: 'Last value, USD', align: 'end', cell: (row) => grouped(row.value) },
  { key: 'Age', align: 'end', cell: (row) => <Age ms={row.time} /> },
  {
    key: 'Weight',
    align: 'end',
    cell: (row) => (row.weight === null ? '–' : fixed(row.weight, 4)),
  },
  { key: 'State', cell: (row) => <Badge tone={TONES[row.state] ?? 'plain'}>{row.state}</Badge> },
  { key: 'Acts', cell: (row) => <Resolve row={row} /> },
  { key: 'Why', cell: (row) => <span class={css.words}>{row.reason ?? '–'}</span> },
];

/** How long ago; when that was on hover. */
function Age({ ms }: { ms: number | null }) {
  if (ms === null) return <>–</>;
  return (
    <time dateTime={new Date(ms).toISOString()} title={utc(ms)}>
      {remaining(Math.max(1, venueNow() - ms))}
    </time>
  );
}

function Resolve({ row }: { row: Row }) {
  if (row.weight === null || row.state === 'rejected') return <>–</>;
  if (!may(['pricer', 'risk'])) return <span class="soft">for pricer or risk</span>;
  const to = (decision: string) =>
    href('acts', 'resolveInput', row.coin, row.source, row.kind, decision);
  return (
    <span class={css.links}>
      {row.state === 'held' ? (
        <a href={to('accept')}>
          Accept
          <span class="hidden">{` ${row.source}, ${row.coin}`}</span>
        </a>
      ) : null}
      <a href={to('reject')}>
        Reject
        <span class="hidden">{` ${row.source}, ${row.coin}`}</span>
      </a>
    </span>
  );
}

/** What outside sources say, how old it is, whether it counts, and why not. */
export function FeedsPage() {
  const coins = markets.value.filter((market) => !market.delisted).map((market) => market.coin);
  const { held, error } = usePolled(() => rowsOf(coins), coins.join());
  const bound = usePolled(operators, 'operators', 60_000);
  if (!held) return <p role="status">{error ?? 'Reading the sources…'}</p>;
  const waiting = held.value.filter((row) => row.state === 'held').length;
  const sources = (bound.held?.value ?? []).flatMap((one) =>
    one.sources.map((source) => ({ source, address: one.address })),
  );
  const silent = sources.filter(({ source }) => !held.value.some((row) => row.source === source));
  return (
    <section class={css.page}>
      <h1>Feeds</h1>
      <p class={waiting > 0 ? css.alert : 'soft'}>
        {waiting > 0
          ? `${waiting} held back: two operators accept or reject them as they stand on record.`
          : 'Nothing is held back.'}
      </p>
      <Live held={held} words block>
        <Table
          label="Sources"
          columns={COLUMNS}
          rows={held.value}
          rowKey={(row) => `${row.coin} ${row.source} ${row.kind} ${row.state} ${row.time}`}
          empty={
            <Empty title="No source has said anything">
              Feeds send observations and prices with the keys that are bound to them: bellwether
              feed run.
            </Empty>
          }
        />
      </Live>
      {silent.length > 0 ? (
        <p class="soft">
          {`Bound and silent everywhere: ${silent.map((one) => one.source).join(', ')}.`}
        </p>
      ) : null}
    </section>
  );
}

async function rowsOf(coins: readonly string[]): Promise<Row[]> {
  const found = await Promise.all(
    coins.map(async (coin) => {
      const [inputs, prices] = await Promise.all([indexInputs(coin), priceSources(coin)]);
      const seen = inputs.map((one) => ({ ...one, coin, time: one.observedAt }));
      const said = prices.map((one) => ({
        ...one,
        coin,
        kind: 'share price',
        value: one.px,
        unit: 'per_share',
        weight: null,
      }));
      return [...seen, ...said];
    }),
  );
  return found.flat().sort((a, b) => Number(b.state === 'held') - Number(a.state === 'held'));
}
