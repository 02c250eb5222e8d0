import { fixed, grouped } from '../numbers/format';
import { Empty } from '../parts/Empty';
import { Live } from '../parts/values/Live';
import { ownOrders } from '../state/account';
import { book } from '../state/live';
import { market } from '../state/markets';
import { choosePrice } from '../ticket/draft';
import css from './book.module.css';
import { depthOf, type Row, spreadBp } from './depth';
import { priceOf, shownUnit } from './quoting/quoting';

const LEVELS = 10;

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
  const side = (rows: Row[], name: 'bid' | 'ask') =>
    // By place, and of texts alone: what stands where is written anew, what is the same is not.
    rows.map((row, place) => (
      <Level
        key={place}
        name={name}
        px={row.px}
        shown={priceOf(chosen.coin, row.px, true).text}
        size={row.sz}
        sz={fixed(row.sz, chosen.szDecimals)}
        total={grouped(row.total.toFixed(chosen.szDecimals), chosen.szDecimals)}
        depth={row.depth.toFixed(2)}
        own={row.own}
      />
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
  name: 'bid' | 'ask';
  /** As the venue says it. */
  px: string;
  size: string;
  own: string | null;
  /** As it is shown. */
  shown: string;
  sz: string;
  total: string;
  depth: string;
}

function Level({ name, px, size, own, shown, sz, total, depth }: LevelProps) {
  return (
    <button
      type="button"
      class={`${css.level} ${css[name]}`}
      aria-label={`${name} ${px}, size ${size}${own ? `, yours ${own}` : ''}`}
      onClick={() => choosePrice(px)}
    >
      <span class={css.bar} style={{ transform: `scaleX(${depth})` }} />
      <span class={name === 'bid' ? 'up' : 'down'}>
        {own ? <span class={css.own}>●</span> : null}
        {shown}
      </span>
      <span>{sz}</span>
      <span class="soft">{total}</span>
    </button>
  );
}
