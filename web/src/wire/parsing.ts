import { isDecimal } from '../numbers/decimal';
import type { MarketStatus } from './types';

/** An answer that is not what the interface says; names the field. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

type Fields = Record<string, unknown>;

const PRICES = ['markPx', 'oraclePx', 'indexPx', 'referencePx', 'bandLow', 'bandHigh'] as const;
const TEXTS = ['coin', 'preset', 'phase', 'tradingStatus'] as const;
const AMOUNTS = ['openInterest', 'openInterestCap', 'effectiveOpenInterestCap'] as const;
const TIMES = [
  'launchTime',
  'anticipatedListingTime',
  'outsideLaunchTime',
  'settlementDeadline',
  'haltEndsTime',
] as const;

/** Holds what the page leads with to its shape; fields that are new to us pass. */
export function parsedStatus(answer: unknown): MarketStatus {
  const fields = object(answer, 'marketStatus');
  for (const name of TEXTS) {
    if (typeof fields[name] !== 'string') throw new Unreadable(`marketStatus.${name}: not a text`);
  }
  for (const name of PRICES) {
    if (fields[name] !== null) amount(fields, name);
  }
  for (const name of AMOUNTS) amount(fields, name);
  for (const name of TIMES) {
    const time = fields[name];
    if (time !== null && !Number.isSafeInteger(time)) {
      throw new Unreadable(`marketStatus.${name}: not a time in milliseconds`);
    }
  }
  return fields as unknown as MarketStatus;
}

function object(answer: unknown, what: string): Fields {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) {
    throw new Unreadable(`${what}: not an object`);
  }
  return answer as Fields;
}

function amount(fields: Fields, name: string): void {
  const value = fields[name];
  if (typeof value !== 'string' || !isDecimal(value)) {
    throw new Unreadable(`marketStatus.${name}: not a decimal number`);
  }
}
