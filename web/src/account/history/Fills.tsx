import { computed } from '@preact/signals';
import { href } from '../../app/router';
import { Price } from '../../market/quoting/Price';
import { times } from '../../numbers/decimal';
import { fixed, grouped, signed } from '../../numbers/format';
import { Empty } from '../../parts/Empty';
import type { Column } from '../../parts/Table';
import { Amount } from '../../parts/values/Amount';
import { Change } from '../../parts/values/Change';
import { Time } from '../../parts/values/Time';
import { fills } from '../../state/account';
import type { Fill } from '../../wire/account';
import { Paged } from './Paged';
import { fillsOf } from './reading';

const COLUMNS: readonly Column<Fill>[] = [
  { key: 'Time', cell: (row) => <Time ms={row.time} /> },
  { key: 'Market', cell: (row) => <a href={href('market', row.coin)}>{row.coin}</a> },
  {
    key: 'What',
    cell: (row) => <span class={row.side === 'B' ? 'up' : 'down'}>{words(row)}</span>,
  },
  { key: 'Price', align: 'end', cell: (row) => <Price coin={row.coin} px={row.px} exact /> },
  { key: 'Size', align: 'end', cell: (row) => grouped(row.sz) },
  {
    key: 'Value',
    align: 'end',
    cell: (row) => <Amount text={fixed(times(row.px, row.sz), 2)} unit="USD" />,
  },
  {
    key: 'Closed PnL',
    align: 'end',
    cell: (row) => <Change of={row.closedPnl} text={signed(row.closedPnl, 2)} unit="USD" />,
  },
  {
    key: 'Fee',
    align: 'end',
    cell: (row) => <Amount text={fixed(row.fee, 4)} unit="USD" />,
  },
  { key: 'Role', cell: (row) => (row.crossed ? 'taker' : 'maker') },
  { key: 'Order', align: 'end', cell: (row) => String(row.oid) },
];

/** The newest fill: with each new one the first page is read anew. */
const newest = computed(() => fills.value[0]?.tid ?? 0);

export function Fills({ user }: { user: string }) {
  return (
    <Paged
      label="Fills"
      of={`${user} ${newest.value}`}
      read={fillsOf(user)}
      columns={COLUMNS}
      rowKey={(row) => `${row.tid} ${row.oid} ${row.side}`}
      empty={
        <Empty title="No fill yet">
          When an order of yours meets another one, your side of the trade is a fill.
        </Empty>
      }
    />
  );
}

function words(row: Fill): string {
  const forced = row.liquidation ? ', liquidation' : '';
  return `${row.dir}${forced}${row.twapId ? `, TWAP ${row.twapId}` : ''}`;
}
