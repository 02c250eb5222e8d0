import { href } from '../app/router';
import { grouped } from '../numbers/format';
import { Empty } from '../parts/Empty';
import { type Column, Table } from '../parts/Table';
import { toast } from '../parts/toast';
import { Time } from '../parts/values/Time';
import { openOrders } from '../state/account';
import { markets } from '../state/markets';
import { cancel } from '../ticket/orders';
import type { OpenOrder } from '../wire/account';

const COLUMNS: readonly Column<OpenOrder>[] = [
  { key: 'Time', cell: (row) => <Time ms={row.timestamp} /> },
  { key: 'Market', cell: (row) => <a href={href('market', row.coin)}>{row.coin}</a> },
  {
    key: 'Side',
    cell: (row) => (
      <span class={row.side === 'B' ? 'up' : 'down'}>{row.side === 'B' ? 'Buy' : 'Sell'}</span>
    ),
  },
  { key: 'Kind', cell: (row) => row.orderType },
  { key: 'Price', align: 'end', cell: (row) => grouped(row.limitPx) },
  { key: 'Size', align: 'end', cell: (row) => grouped(row.sz) },
  { key: 'Of', align: 'end', cell: (row) => grouped(row.origSz) },
  {
    key: 'Condition',
    cell: (row) => (row.isTrigger ? row.triggerCondition : row.reduceOnly ? 'reduce only' : ''),
  },
  {
    key: 'cancel',
    head: <span class="hidden">Cancel</span>,
    align: 'end',
    cell: (row) => (
      <button type="button" class="quiet" onClick={() => cancelRow(row)}>
        Cancel<span class="hidden">{` order ${row.oid}`}</span>
      </button>
    ),
  },
];

/** Everything that rests or waits for its trigger, newest first. */
export function OpenOrders() {
  return (
    <Table
      label="Open orders"
      columns={COLUMNS}
      rows={openOrders.value}
      rowKey={(row) => row.oid}
      empty={
        <Empty title="No open order">
          A limit order that does not trade at once rests in the book, and is listed here.
        </Empty>
      }
    />
  );
}

async function cancelRow(row: OpenOrder): Promise<void> {
  const asset = markets.value.find((market) => market.coin === row.coin)?.asset;
  if (asset === undefined) return;
  try {
    await cancel(asset, row.oid);
    toast('good', 'Cancelled', `Order ${row.oid} of ${row.coin} is out of the book.`);
  } catch (fault) {
    toast('bad', 'Not cancelled', fault instanceof Error ? fault.message : '');
  }
}
