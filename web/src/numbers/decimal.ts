/** Decimal text as integers: `1.25` with 3 decimals is 1250n. Nothing here is rounded. */

const DECIMAL = /^-?\d+(\.\d+)?$/;

export function isDecimal(text: string): boolean {
  return DECIMAL.test(text);
}

/** What a person typed, as decimal text, or null: `1,000.50`, `.5` and `5.` are understood. */
export function typed(text: string): string | null {
  const plain = text.trim().replace(/[, _]/g, '').replace(/^\./, '0.').replace(/\.$/, '');
  return isDecimal(plain) ? trimmed(plain) : null;
}

export function decimalsOf(text: string): number {
  return text.split('.')[1]?.length ?? 0;
}

/** Units of 10^-decimals. Text with more decimals than that is a RangeError. */
export function scaled(text: string, decimals: number): bigint {
  if (!isDecimal(text)) throw new RangeError(`not a decimal: ${text.slice(0, 40)}`);
  const [whole = '0', part = ''] = text.split('.');
  const kept = part.replace(/0+$/, '');
  if (kept.length > decimals) throw new RangeError(`${text} has more than ${decimals} decimals`);
  return BigInt(whole + kept.padEnd(decimals, '0'));
}

/** The shortest text of units of 10^-decimals. */
export function unscaled(units: bigint, decimals: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, '0');
  const cut = digits.length - decimals;
  const text = decimals ? `${digits.slice(0, cut)}.${digits.slice(cut)}` : digits;
  return trimmed(units < 0n ? `-${text}` : text);
}

/** Without zeros in front and at the end. */
export function trimmed(text: string): string {
  const short = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  return short.replace(/^(-?)0+(?=\d)/, '$1') || '0';
}

export function compare(a: string, b: string): number {
  const decimals = Math.max(decimalsOf(a), decimalsOf(b));
  const left = scaled(a, decimals);
  const right = scaled(b, decimals);
  return left < right ? -1 : left > right ? 1 : 0;
}

export function isZero(text: string): boolean {
  return /^-?0*(\.0*)?$/.test(text);
}

export function negated(text: string): string {
  if (isZero(text)) return text;
  return text.startsWith('-') ? text.slice(1) : `-${text}`;
}

export function plus(a: string, b: string): string {
  const decimals = Math.max(decimalsOf(a), decimalsOf(b));
  return unscaled(scaled(a, decimals) + scaled(b, decimals), decimals);
}

export function minus(a: string, b: string): string {
  return plus(a, negated(b));
}

export function times(a: string, b: string): string {
  const left = decimalsOf(a);
  const right = decimalsOf(b);
  return unscaled(scaled(a, left) * scaled(b, right), left + right);
}
