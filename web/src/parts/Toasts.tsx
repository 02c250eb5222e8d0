import css from './parts.module.css';
import { dismiss, toasts } from './toast';

/** Where toasts appear; read out as they come. */
export function Toasts() {
  return (
    <div class={css.toasts} role="status" aria-live="polite">
      {toasts.value.map((one) => (
        <div key={one.id} class={`${css.toast} ${css[one.tone]}`}>
          <div>
            <p class={css.toastTitle}>{one.title}</p>
            {one.text ? <p>{one.text}</p> : null}
          </div>
          <button type="button" class="quiet" aria-label="Dismiss" onClick={() => dismiss(one.id)}>
            ✕
          </button>
        </div>
      ))}
    </div>
  );
}
