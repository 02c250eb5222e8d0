import { interval } from '../../state/preferences';
import css from './chart.module.css';
import { INTERVALS, type Interval } from './past/slots';

export function IntervalSwitch() {
  return (
    <fieldset class={css.intervals}>
      <legend class="hidden">Length of a candle</legend>
      {(Object.keys(INTERVALS) as Interval[]).map((key) => (
        <button
          key={key}
          type="button"
          aria-pressed={interval.value === key}
          onClick={() => {
            interval.value = key;
          }}
        >
          {key}
        </button>
      ))}
    </fieldset>
  );
}
