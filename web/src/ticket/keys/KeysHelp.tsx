import { Dialog } from '../../parts/Dialog';
import { keysOn } from '../../state/preferences';
import { Check } from '../fields/Choice';
import css from '../ticket.module.css';
import { helping } from './keys';

const KEYS = [
  ['b', 'Buy'],
  ['s', 'Sell'],
  ['↑ ↓', 'Price one tick up or down'],
  ['Shift ↑ ↓', 'Size one lot more or less'],
  ['Enter', 'Send the order'],
  ['j k', 'Select the next or the previous open order'],
  ['c', 'Cancel the selected order'],
  ['Esc', 'Close a dialog; select no order'],
  ['?', 'This list'],
] as const;

/** The keys of the page, where somebody finds them, and the way to turn them off. */
export function KeysHelp() {
  return (
    <>
      <button
        type="button"
        class={`quiet ${css.keysButton}`}
        onClick={() => {
          helping.value = true;
        }}
      >
        Keyboard: ?
      </button>
      {helping.value ? (
        <Dialog
          title="Keyboard"
          close={() => {
            helping.value = false;
          }}
        >
          <dl class={css.keys}>
            {KEYS.map(([key, does]) => (
              <div key={key}>
                <dt>
                  <kbd>{key}</kbd>
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
          <p class="soft">
            Keys do nothing while you type in a field, where the arrows step its number.
          </p>
          <Check
            label="Keys act on this page"
            checked={keysOn.value === 'on'}
            change={(on) => {
              keysOn.value = on ? 'on' : 'off';
            }}
          />
        </Dialog>
      ) : null}
    </>
  );
}
