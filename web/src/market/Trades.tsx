import { fixed } from '../numbers/format';
import { Empty } from '../parts/Empty';
import { Time } from '../parts/values/Time';
import { trades } from '../state/live';
import { market } from '../state/markets';
import css from './book.module.css';
import { priceOf, shownUnit } from './quoting/quoting';

/** What was traded last, newest first; the arrow is the side that took. */
export function Trades() {
  const rows = trades.value;
  if (rows.length === 0) {
    return <Empty title="No trade yet">A trade is where a buyer and a seller meet.</Empty>;
  }
  return (
    <div class={css.trades}>
      <div class={`${css.head}`}>
        <span>{`Price (${shownUnit.value})`}</span>
        <span>Size</span>
        <span>Time</span>
      </div>
      {rows.map((trade) => (
        <div key={trade.tid} class={css.trade}>
          <span class={trade.side === 'B' ? 'up' : 'down'}>
            <span aria-hidden="true">{trade.side === 'B' ? '▲ ' : '▼ '}</span>
            <span class="hidden">{trade.side === 'B' ? 'bought at ' : 'sold at '}</span>
            {priceOf(trade.coin, trade.px, true).text}
          </span>
          <span>{fixed(trade.sz, market.value?.szDecimals ?? 0)}</span>
          <span class="soft">
            <Time ms={trade.time} short />
          </span>
        </div>
      ))}
    </div>
  );
}
