import { fixed, grouped } from '../numbers/format';
import { Empty } from '../parts/Empty';
import { Live } from '../parts/values/Live';
import { ownOrders } from '../state/account';
import { book } from '../state/live';
import { market } from '../state/markets';
import { choosePrice } from '../ticket/draft';
import css from './book.module.css';
import { depthOf, type Row, spreadBp } from './depth';
import { shownDecimals, shownPrice, shownUnit } from './quoting';

const LEVELS = 11;

/** Bids and asks with their depth; a price that is clicked goes into the ticket. */
export function OrderBook() {
  const held = book.value;
  const chosen = market.value;
  if (!held || !chosen) return <p class={css.wait}>Reading the book…</p>;
  const [bids, asks] = depthOf(held.value.levels, ownOrders.value, LEVELS);
  if (bids.length + asks.length === 0) {
    return <Empty title="Nobody quotes">The first limit order stands here.</Empty>;
  }
  const spread = spreadBp(bids[0]?.px, asks[0]?.px);
  const own = Math.max(...[...bids, ...asks].map((row) => row.px.split('.')[1]?.length ?? 0));
  const decimals = shownDecimals(bids[0]?.px ?? asks[0]?.px ?? '1', own);
  const side = (rows: Row[], name: 'bid' | 'ask') =>
    rows.map((row) => (
      <Level key={row.px} row={row} name={name} px={decimals} sz={chosen.szDecimals} />
    ));
  return (
    <Live held={held} block>
      <div class={css.book}>
        <div class={css.head}>
          <span>{`Price (${shownUnit.value})`}</span>
          <span>Size</span>
          <span>Total</span>
        </div>
        <div class={css.asks}>{side(asks, 'ask').reverse()}</div>
        <div class={css.spread}>
          <span>Spread</span>
          <span>{spread === null ? 'one side only' : `${spread.toFixed(1)} bp`}</span>
        </div>
        <div class={css.bids}>{side(bids, 'bid')}</div>
      </div>
    </Live>
  );
}

interface LevelProps {
  row: Row;
  name: 'bid' | 'ask';
  px: number;
  sz: number;
}

function Level({ row, name, px, sz }: LevelProps) {
  const words = `${name} ${row.px}, size ${row.sz}${row.own ? `, yours ${row.own}` : ''}`;
  return (
    <button
      type="button"
      class={`${css.level} ${css[name]}`}
      aria-label={words}
      onClick={() => choosePrice(row.px)}
    >
      <span class={css.bar} style={{ transform: `scaleX(${row.depth.toFixed(3)})` }} />
      <span class={name === 'bid' ? 'up' : 'down'}>
        {row.own ? <span class={css.own}>●</span> : null}
        {shownPrice(row.px, px)}
      </span>
      <span>{fixed(row.sz, sz)}</span>
      <span class="soft">{grouped(row.total.toFixed(sz), sz)}</span>
    </button>
  );
}
