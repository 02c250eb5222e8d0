import { contexts, markets, selectedCoin } from '../state/markets';
import css from './app.module.css';
import { href } from './router';

/** Chooses a market; a plain list box, so that phones and screen readers have their own. */
export function MarketPicker() {
  return (
    <label class={css.picker}>
      <span class="hidden">Market</span>
      <select
        value={selectedCoin.value ?? ''}
        onChange={(event) => {
          globalThis.location.hash = href('market', event.currentTarget.value);
        }}
      >
        {markets.value.map((market) => {
          const mark = contexts.value.get(market.coin)?.value.markPx;
          return (
            <option key={market.coin} value={market.coin}>
              {mark ? `${market.coin}  ${mark}` : market.coin}
            </option>
          );
        })}
      </select>
    </label>
  );
}
