import { compare, decimalsOf, isZero, typed } from '../../numbers/decimal';

/** An amount of USD that may leave, as text to be signed; or why not, empty while nothing is typed. */
export function amountOf(text: string, most: string | null): { usd: string } | { reason: string } {
  if (text.trim() === '') return { reason: '' };
  const usd = typed(text);
  if (usd === null || usd.startsWith('-')) return { reason: 'The amount is not a number.' };
  if (isZero(usd)) return { reason: 'The amount is zero.' };
  if (decimalsOf(usd) > 6) return { reason: 'USD have six decimals here.' };
  if (most !== null && compare(usd, most) > 0) return { reason: `At most ${most} USD may leave.` };
  return { usd };
}
