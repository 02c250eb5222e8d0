import { effect, type Signal, signal } from '@preact/signals';

/** A choice that stays in this browser; anything unreadable there counts as the first. */
function kept<T extends string>(name: string, choices: readonly [T, ...T[]]): Signal<T> {
  const key = `bellwether.${name}`;
  let stored: string | null = null;
  try {
    stored = localStorage.getItem(key);
  } catch {
    // Storage is off: the choice lasts as long as the page.
  }
  const choice = signal(choices.find((one) => one === stored) ?? choices[0]);
  effect(() => {
    try {
      localStorage.setItem(key, choice.value);
    } catch {
      // As above.
    }
  });
  return choice;
}

/** Names that a person has switched off; everything new is on. */
function keptNames(name: string): Signal<ReadonlySet<string>> {
  const key = `bellwether.${name}`;
  let stored: string | null = null;
  try {
    stored = localStorage.getItem(key);
  } catch {
    // As above.
  }
  const names = signal<ReadonlySet<string>>(new Set(stored?.split(' ').filter(Boolean)));
  effect(() => {
    try {
      localStorage.setItem(key, [...names.value].join(' '));
    } catch {
      // As above.
    }
  });
  return names;
}

export const theme = kept('theme', ['system', 'light', 'dark']);
/** Prices as they are quoted, or as the value of the company. */
export const quote = kept('quote', ['share', 'valuation']);
/** Whether single keys act on the page (WCAG 2.1.4). */
export const keysOn = kept('keys', ['on', 'off']);
export const interval = kept('interval', ['1m', '5m', '15m', '1h', '4h', '1d']);
/** What is not drawn over the candles. */
export const hiddenOverlays = keptNames('hidden');
/** Whether the chart makes room for the whole band. */
export const fitBand = kept('fit', ['candles', 'band']);

/** Keeps the page's colors as chosen. */
export function applyTheme(): () => void {
  return effect(() => {
    const root = document.documentElement;
    if (theme.value === 'system') delete root.dataset.theme;
    else root.dataset.theme = theme.value;
  });
}
