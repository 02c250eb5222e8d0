import { batch } from '@preact/signals';

/**
 * Changes wait for the next frame and are applied together: however many messages come, the page
 * is drawn once. A change with the same key takes the place of the earlier one.
 */
const waiting = new Map<string, () => void>();
let asked = false;

const HIDDEN_MS = 1_000;

export function nextFrame(key: string, change: () => void): void {
  waiting.set(key, change);
  if (asked) return;
  asked = true;
  if (document.visibilityState === 'hidden') setTimeout(flush, HIDDEN_MS);
  else requestAnimationFrame(flush);
}

document.addEventListener('visibilitychange', () => {
  if (asked) flush();
});

export function flush(): void {
  asked = false;
  const changes = [...waiting.values()];
  waiting.clear();
  batch(() => {
    for (const change of changes) change();
  });
}
