import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import css from './parts.module.css';

interface Props {
  title: string;
  close: () => void;
  /** For tables. */
  wide?: boolean;
  children: ComponentChildren;
}

/** A modal dialog; mounted means open. Escape and a click beside it close it. */
export function Dialog({ title, close, wide, children }: Props) {
  const id = useId();
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => element.current?.showModal(), []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape does the same, by the element itself
    <dialog
      ref={element}
      class={`${css.dialog} ${wide ? css.wide : ''}`}
      aria-labelledby={id}
      onClose={close}
      onClick={(event) => event.target === element.current && close()}
    >
      <div class={css.dialogBody}>
        <header class={css.dialogHead}>
          <h2 id={id}>{title}</h2>
          <button type="button" class="quiet" aria-label="Close" onClick={close}>
            ✕
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
