/** Decimal text for people. What is formatted here is looked at, never signed. */

import { isDecimal } from './decimal';

const MISSING = '–';

/** `1234.5` → `1,234.50`: grouped, with so many decimals, half away from zero. */
export function fixed(text: string | null, decimals: number): string {
  if (text === null || !isDecimal(text)) return MISSING;
  const negative = text.startsWith('-');
  const [whole = '0', part = ''] = text.replace('-', '').split('.');
  const wide = part.padEnd(decimals + 1, '0');
  let units = BigInt(whole + wide.slice(0, decimals));
  if (wide.charCodeAt(decimals) >= 53) units += 1n;
  const digits = units.toString().padStart(decimals + 1, '0');
  const cut = digits.length - decimals;
  const grouped = digits.slice(0, cut).replace(/\B(?=(\d{3})+$)/g, ',');
  const shown = decimals ? `${grouped}.${digits.slice(cut)}` : grouped;
  return negative && units !== 0n ? `\u2212${shown}` : shown;
}

/** With the decimals that it has, at least `least`. */
export function grouped(text: string | null, least = 0): string {
  if (text === null) return MISSING;
  return fixed(text, Math.max(least, text.split('.')[1]?.replace(/0+$/, '').length ?? 0));
}

/** `+` or `−` in front: the sign says what a color says, too. */
export function signed(text: string | null, decimals: number): string {
  const shown = fixed(text, decimals);
  if (shown === MISSING || shown.startsWith('\u2212') || /^[0.,]+$/.test(shown)) return shown;
  return `+${shown}`;
}

/** A share such as `0.0125` as percent, `1.25 %`. */
export function percent(text: string | null, decimals = 2): string {
  if (text === null || !isDecimal(text)) return MISSING;
  return `${signed(shifted(text, 2), decimals)} %`;
}

/** `1234567` → `1.23M`, for amounts where three figures say enough. */
export function compact(text: string | null): string {
  if (text === null || !isDecimal(text)) return MISSING;
  inShort ??= new Intl.NumberFormat('en-US', {
    notation: 'compact',
    maximumSignificantDigits: 4,
  });
  return inShort.format(Number(text)).replace('-', '\u2212');
}

/** Made when first used: a browser takes long over its first. */
let inShort: Intl.NumberFormat | undefined;

/** Moves the point to the right. */
export function shifted(text: string, places: number): string {
  const negative = text.startsWith('-');
  const [whole = '0', part = ''] = text.replace('-', '').split('.');
  const wide = part.padEnd(places, '0');
  const moved = `${whole}${wide.slice(0, places)}`.replace(/^0+(?=\d)/, '');
  const rest = wide.slice(places);
  return `${negative ? '-' : ''}${moved}${rest ? `.${rest}` : ''}`;
}
