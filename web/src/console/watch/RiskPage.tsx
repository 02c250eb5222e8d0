import { useState } from 'preact/hooks';
import { interestUse } from '../../market/figures';
import { compact, grouped } from '../../numbers/format';
import { Empty } from '../../parts/Empty';
import parts from '../../parts/parts.module.css';
import { type Column, Table } from '../../parts/Table';
import { Live } from '../../parts/values/Live';
import { markets } from '../../state/markets';
import { marketStatus } from '../../wire/reads';
import type { MarketStatus } from '../../wire/types';
import css from '../console.module.css';
import { stress } from '../desk/acting';
import { usePolled } from '../desk/polled';
import type { Shock } from '../desk/reads';
import { StressTable } from './StressTable';

interface Row {
  readonly status: MarketStatus;
  readonly shocks: readonly Shock[];
}

const EVERY_MS = 6_000;

const shock = (row: Row, move: string) => row.shocks.find((one) => one.movePct === move);

/** The larger loss beyond margin of both directions, and the accounts close to liquidation. */
function worst(row: Row, down: string, up: string): string {
  const losses = [shock(row, down), shock(row, up)].map((one) => Number(one?.shortfall ?? 0));
  return compact(Math.max(...losses).toFixed(2));
}

const COLUMNS: readonly Column<Row>[] = [
  { key: 'Market', cell: ({ status }) => status.coin },
  { key: 'Mark, USD', align: 'end', cell: ({ status }) => grouped(status.markPx) },
  {
    key: 'Open interest, contracts',
    align: 'end',
    cell: ({ status }) => grouped(status.openInterest),
  },
  { key: 'Open interest, USD', align: 'end', cell: ({ status }) => interestUse(status).interest },
  { key: 'Cap in force, USD', align: 'end', cell: ({ status }) => interestUse(status).cap },
  { key: 'Used', align: 'end', cell: ({ status }) => interestUse(status).percent },
  {
    key: 'Insurance fund, USD',
    align: 'end',
    cell: ({ status }) => compact(status.insuranceFund),
  },
  {
    key: 'Backstop vault, USD',
    align: 'end',
    cell: ({ status }) => (status.backstop ? compact(status.backstop.equity) : 'none'),
  },
  {
    key: 'Accounts within 5 %',
    align: 'end',
    cell: (row) => (shock(row, '-5.0')?.accounts ?? 0) + (shock(row, '5.0')?.accounts ?? 0),
  },
  {
    key: 'Accounts within 10 %',
    align: 'end',
    cell: (row) => (shock(row, '-10.0')?.accounts ?? 0) + (shock(row, '10.0')?.accounts ?? 0),
  },
  {
    key: 'Loss beyond margin at ±20 %, USD',
    align: 'end',
    cell: (row) => worst(row, '-20.0', '20.0'),
  },
  {
    key: 'Loss beyond margin at ±50 %, USD',
    align: 'end',
    cell: (row) => worst(row, '-50.0', '50.0'),
  },
];

/** Every market with what it has at stake, and one of them under moves of its mark. */
export function RiskPage({ rest }: { rest: readonly string[] }) {
  const coins = markets.value.filter((market) => !market.delisted).map((market) => market.coin);
  const [chosen, setChosen] = useState(rest[0] ?? coins[0] ?? '');
  const { held, error } = usePolled(
    () => Promise.all(coins.map(rowOf)),
    coins.join(),
    EVERY_MS,
    true,
  );
  if (!held) return <p role="status">{error ?? 'Adding up positions…'}</p>;
  const row = held.value.find((one) => one.status.coin === chosen);
  return (
    <section class={css.page}>
      <h1>Risk</h1>
      {error ? <p class={css.alert}>{error}</p> : null}
      <Live held={held} words block>
        <Table
          label="Risk by market"
          columns={COLUMNS}
          rows={held.value}
          rowKey={(one) => one.status.coin}
          empty={<Empty title="No market">Two listers bring one into being.</Empty>}
        />
        <div class={css.row}>
          <h2>
            <label for="stress-market">Stress of</label>
          </h2>
          <select
            class={parts.control}
            id="stress-market"
            value={chosen}
            onChange={(event) => setChosen(event.currentTarget.value)}
          >
            {coins.map((coin) => (
              <option key={coin}>{coin}</option>
            ))}
          </select>
        </div>
        {row ? <StressTable status={row.status} shocks={row.shocks} /> : null}
      </Live>
    </section>
  );
}

async function rowOf(coin: string): Promise<Row> {
  const [status, shocks] = await Promise.all([marketStatus(coin), stress(coin)]);
  return { status, shocks };
}
