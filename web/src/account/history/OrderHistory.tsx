import { href } from '../../app/router';
import { Price } from '../../market/quoting/Price';
import { grouped } from '../../numbers/format';
import { Empty } from '../../parts/Empty';
import type { Column } from '../../parts/Table';
import { Time } from '../../parts/values/Time';
import { fills, openOrders } from '../../state/account';
import type { PastOrder } from '../../wire/account';
import { waitsFor } from '../orders/waiting';
import { Paged } from './Paged';
import { ordersOf } from './reading';

const COLUMNS: readonly Column<PastOrder>[] = [
  { key: 'Time', cell: (row) => <Time ms={row.statusTimestamp} /> },
  {
    key: 'Market',
    cell: ({ order }) => <a href={href('market', order.coin)}>{order.coin}</a>,
  },
  {
    key: 'Side',
    cell: ({ order }) => (
      <span class={order.side === 'B' ? 'up' : 'down'}>{order.side === 'B' ? 'Buy' : 'Sell'}</span>
    ),
  },
  { key: 'Kind', cell: ({ order }) => order.orderType },
  {
    key: 'Price',
    align: 'end',
    cell: ({ order }) => <Price coin={order.coin} px={order.limitPx} exact />,
  },
  { key: 'Left', align: 'end', cell: ({ order }) => grouped(order.sz) },
  { key: 'Of', align: 'end', cell: ({ order }) => grouped(order.origSz) },
  { key: 'Condition', cell: ({ order }) => waitsFor(order) },
  { key: 'State', cell: (row) => state(row.status) },
  { key: 'Order', align: 'end', cell: ({ order }) => String(order.oid) },
];

/** What became of the newest orders: the venue keeps 2,000. */
export function OrderHistory({ user }: { user: string }) {
  const changes = `${openOrders.value.map((one) => one.oid).join()} ${fills.value[0]?.tid ?? 0}`;
  return (
    <Paged
      label="Order history"
      of={`${user} ${changes}`}
      read={ordersOf(user)}
      columns={COLUMNS}
      rowKey={(row) => `${row.order.oid} ${row.status} ${row.statusTimestamp}`}
      empty={<Empty title="No order yet">Each order stays here with what became of it.</Empty>}
    />
  );
}

/** `reduceOnlyCanceled` → `reduce only canceled`. */
function state(status: string): string {
  return status.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
