import { signal } from '@preact/signals';

export interface Toast {
  readonly id: number;
  readonly tone: 'good' | 'bad' | 'plain';
  readonly title: string;
  readonly text: string;
}

export const toasts = signal<readonly Toast[]>([]);

const SHOWN_MS = 6_000;
const BAD_SHOWN_MS = 15_000;
const AT_ONCE = 4;

let number = 0;

/** Says what came of something; bad news stays longer. */
export function toast(tone: Toast['tone'], title: string, text = ''): void {
  number += 1;
  const shown = { id: number, tone, title, text };
  toasts.value = [...toasts.value, shown].slice(-AT_ONCE);
  setTimeout(() => dismiss(shown.id), tone === 'bad' ? BAD_SHOWN_MS : SHOWN_MS);
}

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((one) => one.id !== id);
}
