import { href } from '../app/router';
import { fixed, grouped, percent, signed } from '../numbers/format';
import { Empty } from '../parts/Empty';
import { type Column, Table } from '../parts/Table';
import { Amount } from '../parts/values/Amount';
import { Change } from '../parts/values/Change';
import { Live } from '../parts/values/Live';
import { positions, states } from '../state/account';
import { contexts } from '../state/markets';
import type { Position } from '../wire/account';

const COLUMNS: readonly Column<Position>[] = [
  { key: 'Market', cell: (row) => <a href={href('market', row.coin)}>{row.coin}</a> },
  {
    key: 'Size',
    align: 'end',
    cell: (row) => (
      <Change
        of={row.szi}
        text={`${row.szi.startsWith('-') ? 'Short' : 'Long'} ${grouped(row.szi.replace('-', ''))}`}
      />
    ),
  },
  { key: 'Entry', align: 'end', cell: (row) => grouped(row.entryPx) },
  { key: 'Mark', align: 'end', cell: (row) => <MarkOf coin={row.coin} /> },
  {
    key: 'Value',
    align: 'end',
    cell: (row) => <Amount text={fixed(row.positionValue, 2)} unit="USD" />,
  },
  {
    key: 'Unrealised PnL',
    align: 'end',
    cell: (row) => (
      <Change
        of={row.unrealizedPnl}
        text={`${signed(row.unrealizedPnl, 2)} USD (${percent(row.returnOnEquity)})`}
      />
    ),
  },
  {
    key: 'Margin',
    align: 'end',
    cell: (row) => (
      <Amount
        text={fixed(row.marginUsed, 2)}
        unit={`USD, ${row.leverage.value}× ${row.leverage.type}`}
      />
    ),
  },
];

/** Every position of the account, in all dexes. */
export function Positions() {
  const held = [...states.value.values()][0] ?? null;
  return (
    <Live held={held} block>
      <Table
        label="Positions"
        columns={COLUMNS}
        rows={positions.value}
        rowKey={(row) => row.coin}
        empty={
          <Empty title="No position">
            A position opens with the first fill. Its profit, margin and funding appear here.
          </Empty>
        }
      />
    </Live>
  );
}

function MarkOf({ coin }: { coin: string }) {
  const held = contexts.value.get(coin) ?? null;
  return <Live held={held}>{grouped(held?.value.markPx ?? null)}</Live>;
}
