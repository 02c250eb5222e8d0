import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { href } from '../../app/router';
import { Price } from '../../market/quoting/Price';
import { grouped } from '../../numbers/format';
import { Empty } from '../../parts/Empty';
import { type Column, Table } from '../../parts/Table';
import { toast } from '../../parts/toast';
import { Time } from '../../parts/values/Time';
import { openOrders, selectedOrder } from '../../state/account';
import { contexts, gridOf, markets } from '../../state/markets';
import { cancel, modify } from '../../ticket/sending/orders';
import type { OpenOrder, OrderTrigger } from '../../wire/account';
import css from '../account.module.css';
import { amended, amendedPrice, isAmendable } from './amending';
import { trailing, triggers, waitsFor, watchTriggers } from './waiting';

interface Edit {
  readonly oid: number;
  readonly px: string;
  readonly sz: string;
}

/** The order that is being amended, its texts as typed. */
const edit = signal<Edit | null>(null);

const COLUMNS: readonly Column<OpenOrder>[] = [
  { key: 'Time', cell: (row) => <Time ms={row.timestamp} /> },
  { key: 'Market', cell: (row) => <a href={href('market', row.coin)}>{row.coin}</a> },
  {
    key: 'Side',
    cell: (row) => (
      <span class={row.side === 'B' ? 'up' : 'down'}>{row.side === 'B' ? 'Buy' : 'Sell'}</span>
    ),
  },
  { key: 'Kind', cell: (row) => kind(row) },
  { key: 'Price', align: 'end', cell: (row) => <Cell row={row} of="px" /> },
  { key: 'Size', align: 'end', cell: (row) => <Cell row={row} of="sz" /> },
  { key: 'Of', align: 'end', cell: (row) => grouped(row.origSz) },
  { key: 'Condition', cell: (row) => conditions(row) },
  {
    key: 'act',
    head: <span class="hidden">What to do</span>,
    align: 'end',
    cell: (row) => <Acts row={row} />,
  },
];

/** Everything that rests or waits for its trigger, newest first. */
export function OpenOrders() {
  const rows = openOrders.value;
  useEffect(() => {
    const end = watchTriggers();
    return () => {
      edit.value = null;
      end();
    };
  }, []);
  return (
    <>
      {rows.length > 1 ? (
        <div class={css.bar}>
          <button type="button" class="quiet" onClick={() => cancelRows(rows)}>
            {`Cancel all ${rows.length}`}
          </button>
        </div>
      ) : null}
      <Table
        label="Open orders"
        columns={COLUMNS}
        rows={rows}
        rowKey={(row) => row.oid}
        chosen={selectedOrder.value}
        choose={(row) => {
          selectedOrder.value = row.oid;
        }}
        empty={
          <Empty title="No open order">
            A limit order that does not trade at once rests in the book, and a stop waits for its
            price: both are listed here.
          </Empty>
        }
      />
    </>
  );
}

function kind(row: OpenOrder): string {
  if (row.tif === 'Alo') return 'Limit, post only';
  return trailing(known(row)) ? `Trailing ${row.orderType.toLowerCase()}` : row.orderType;
}

function known(row: OpenOrder): OrderTrigger | null {
  return triggers.value.get(row.oid) ?? null;
}

function conditions(row: OpenOrder): string {
  const words = [
    waitsFor(row),
    row.reduceOnly ? 'reduce only' : '',
    row.children?.length ? `then ${row.children.map((child) => child.orderType).join(', ')}` : '',
  ];
  return words.filter(Boolean).join('; ');
}

function Cell({ row, of }: { row: OpenOrder; of: 'px' | 'sz' }) {
  const now = edit.value;
  if (now?.oid !== row.oid) {
    if (of === 'sz') return <>{grouped(row.sz)}</>;
    const atMarket = row.isTrigger && row.orderType.endsWith('Market');
    return atMarket ? <>market</> : <Price coin={row.coin} px={row.limitPx} exact />;
  }
  const name = of === 'sz' ? 'Size' : entryName(row);
  return (
    <>
      {of === 'px' && name === 'Distance' ? (
        <span class="soft">{`Distance (${known(row)?.trailRate === null ? 'price' : '%'}) `}</span>
      ) : null}
      <input
        class={css.cell}
        inputMode="decimal"
        autoComplete="off"
        aria-label={`${name} of order ${row.oid}`}
        // biome-ignore lint/a11y/noAutofocus: amending was just asked for, by a button of this row
        autoFocus={of === 'px'}
        value={now[of]}
        onInput={(event) => {
          edit.value = { ...now, [of]: event.currentTarget.value };
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') void save(row);
          if (event.key === 'Escape') edit.value = null;
        }}
      />
    </>
  );
}

/** What of an order is amended beside its size. */
function entryName(row: OpenOrder): string {
  if (trailing(known(row))) return 'Distance';
  return row.isTrigger ? 'Trigger' : 'Price';
}

function Acts({ row }: { row: OpenOrder }) {
  const which = <span class="hidden">{` order ${row.oid}`}</span>;
  if (edit.value?.oid === row.oid) {
    return (
      <span class={css.actions}>
        <button type="button" class="quiet" onClick={() => save(row)}>
          Save{which}
        </button>
        <button
          type="button"
          class="quiet"
          onClick={() => {
            edit.value = null;
          }}
        >
          Leave{which}
        </button>
      </span>
    );
  }
  return (
    <span class={css.actions}>
      {isAmendable(row, known(row)) ? (
        <button
          type="button"
          class="quiet"
          onClick={() => {
            const px = grouped(amendedPrice(row, known(row)));
            edit.value = { oid: row.oid, px, sz: grouped(row.sz) };
          }}
        >
          Amend{which}
        </button>
      ) : null}
      <button type="button" class="quiet" onClick={() => cancelRows([row])}>
        Cancel{which}
      </button>
    </span>
  );
}

async function save(row: OpenOrder): Promise<void> {
  const entered = edit.peek();
  const asset = assetOf(row);
  if (!entered || asset === undefined) return;
  try {
    const grid = await gridOf(row.coin);
    const mark = contexts.peek().get(row.coin)?.value.markPx ?? null;
    const order = amended(row, asset, entered, grid, known(row), mark);
    if ('reason' in order) {
      toast('bad', 'Not amended', order.reason);
      return;
    }
    await modify(row.oid, order);
    toast(
      'good',
      'Amended',
      trailing(known(row))
        ? `${row.coin}: ${order.s}, trailing by ${entered.px}.`
        : `${row.coin} is now ${order.s} at ${entered.px}.`,
    );
    edit.value = null;
  } catch (fault) {
    toast('bad', 'Not amended', fault instanceof Error ? fault.message : '');
  }
}

function assetOf(row: OpenOrder): number | undefined {
  return markets.peek().find((market) => market.coin === row.coin)?.asset;
}

async function cancelRows(rows: readonly OpenOrder[]): Promise<void> {
  const named = rows.flatMap((row) => {
    const asset = assetOf(row);
    return asset === undefined ? [] : [{ asset, oid: row.oid }];
  });
  try {
    await cancel(named);
    const [one] = rows;
    toast(
      'good',
      'Cancelled',
      rows.length === 1
        ? `Order ${one?.oid} of ${one?.coin} has ended.`
        : `${rows.length} orders have ended.`,
    );
  } catch (fault) {
    toast('bad', 'Not cancelled', fault instanceof Error ? fault.message : '');
  }
}
