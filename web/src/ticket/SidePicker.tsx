import { amend, draft } from './draft';
import css from './ticket.module.css';

export function SidePicker() {
  return (
    <fieldset class={css.sides}>
      <legend class="hidden">Side</legend>
      {[true, false].map((buy) => (
        <button
          key={String(buy)}
          type="button"
          aria-pressed={draft.value.buy === buy}
          class={buy ? css.buySide : css.sellSide}
          onClick={() => amend({ buy })}
        >
          {buy ? 'Buy / long' : 'Sell / short'}
        </button>
      ))}
    </fieldset>
  );
}
