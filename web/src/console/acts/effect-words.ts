import { grouped } from '../../numbers/format';
import { valueWords } from '../../trust/said/changes';
import { scaleOf } from '../../trust/said/Told';
import { labelOf } from '../../trust/spec/fields';
import { specWords } from './spec-words';

/** What the venue calls what an act changes, beside the fields of specifications: label and unit. */
const NAMES: Readonly<Record<string, readonly [string, string]>> = {
  cash: ["The account's cash", 'USD'],
  insuranceFund: ['Insurance fund', 'USD'],
  backstopCapital: ['Capital of the vault', 'USD'],
  jurisdiction: ['Jurisdiction', ''],
  clientClass: ['Class', ''],
  owner: ['Owner', ''],
  approvals: ['Approvals', ''],
  hourRoom: ['May still leave the venue this hour', 'USD'],
  paused: ['Withdrawals paused', ''],
  tradingStatus: ['Trading', ''],
  least: ['Least amount', 'USD'],
  delayedAbove: ['Waits above', 'USD'],
  delayMs: ['Waits for', 'min'],
  largeAbove: ['Large above', 'USD'],
  largeDelayMs: ['Large ones wait for', 'min'],
  largeApprovals: ['Approvals of large ones', 'keys'],
  accountHourly: ['Account, at most an hour', 'USD'],
  venueHourly: ['Venue, at most an hour', 'USD'],
  newAddressMs: ['New addresses wait for', 'min'],
};

export function effectName(field: string): string {
  const [name, unit] = NAMES[field] ?? [field, ''];
  return unit ? `${name}, ${unit}` : name;
}

/** What changes, as people read it: a field of a specification without its unit, which is told. */
export function changeName(field: string): string {
  return field in NAMES ? effectName(field) : labelOf(field);
}

/** A value with its unit if it is of a market's specification, otherwise as its name has it. */
export function changeWords(field: string, value: unknown, coin: string | null): string {
  const scale = field in NAMES ? null : scaleOf(coin);
  return scale ? valueWords(field, value, scale) : effectWords(field, value);
}

export function effectWords(field: string, value: unknown): string {
  const known = NAMES[field];
  if (!known) return specWords(field, value);
  if (value === null || value === '') return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (known[1] === 'min') return grouped(String(Number(value) / 60_000));
  if (known[1]) return grouped(String(value));
  return String(value).replaceAll('_', ' ');
}
