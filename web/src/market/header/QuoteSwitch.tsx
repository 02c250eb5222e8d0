import { quote } from '../../state/preferences';
import css from '../market.module.css';
import { bothKnown, pricing } from '../quoting/quoting';

const LABELS = { share: 'Share', valuation: 'Valuation' } as const;

/** Prices of a share, or of the whole company. */
export function QuoteSwitch() {
  const known = bothKnown.value;
  const chosen = known ? quote.value : (pricing.value?.unit ?? 'share');
  const why = known ? undefined : 'Nobody has stated a share count: shown as it is quoted.';
  return (
    <fieldset class={css.switch} title={why}>
      <legend class="hidden">Prices of</legend>
      {(['share', 'valuation'] as const).map((key) => (
        <button
          key={key}
          type="button"
          aria-pressed={chosen === key}
          disabled={!known && chosen !== key}
          onClick={() => {
            quote.value = key;
          }}
        >
          {LABELS[key]}
        </button>
      ))}
    </fieldset>
  );
}
