import { markets, selectedCoin } from '../state/markets';
import css from './app.module.css';
import { href, route } from './router';

/** Chooses a market; a plain list box, so that phones and screen readers have their own. */
export function MarketPicker() {
  return (
    <label class={css.picker}>
      <span class="hidden">Market</span>
      <select
        value={selectedCoin.value ?? ''}
        onChange={(event) => {
          const page = route.value[0] === 'trust' ? 'trust' : 'market';
          globalThis.location.hash = href(page, event.currentTarget.value);
        }}
      >
        {selectedCoin.value === null ? <option value="">Choose</option> : null}
        {markets.value.map((market) => (
          <option key={market.coin} value={market.coin}>
            {market.coin}
          </option>
        ))}
      </select>
    </label>
  );
}
