import { theme } from '../state/preferences';

const NEXT = { system: 'light', light: 'dark', dark: 'system' } as const;
const SIGN = { system: '◐', light: '☀', dark: '☾' } as const;

/** Colors as the system has them, light, or dark. */
export function ThemeSwitch() {
  const words = `Colors: ${theme.value}. Change to ${NEXT[theme.value]}`;
  return (
    <button
      type="button"
      class="button"
      aria-label={words}
      title={words}
      onClick={() => {
        theme.value = NEXT[theme.value];
      }}
    >
      {SIGN[theme.value]}
    </button>
  );
}
