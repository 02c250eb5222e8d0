import { typed } from '../../numbers/decimal';

/** What has been entered, by field; absent and empty are the same. */
export type Values = Readonly<Record<string, string>>;
/** What is wrong, by field. */
export type Faults = Readonly<Record<string, string>>;
export type Draft = Record<string, unknown>;

export type FieldKind =
  | 'market'
  | 'dex'
  | 'choice'
  | 'word'
  | 'text'
  | 'decimal'
  | 'whole'
  | 'hours'
  | 'minutes'
  | 'address'
  | 'ratio'
  | 'time'
  | 'flag'
  | 'changes';

/** One field of an act's form: what a person enters, and what of it goes into the act. */
export interface ActField {
  readonly name: string;
  readonly label: string;
  readonly kind: FieldKind;
  readonly unit?: string;
  readonly help?: string;
  readonly choices?: readonly string[];
  readonly optional?: boolean | ((values: Values) => boolean);
  readonly shown?: (values: Values) => boolean;
  /** Where it goes if not under its own name. */
  readonly into?: (value: unknown, act: Draft) => void;
}

export interface ActKind {
  readonly kind: string;
  readonly label: string;
  readonly group: Group;
  /** One of these roles is needed. */
  readonly roles: readonly string[];
  readonly keys: 1 | 2 | ((values: Values) => 1 | 2);
  readonly what: string;
  readonly fields: readonly ActField[];
  /** What follows, in a sentence; totals are asked of the venue. */
  readonly consequence: (values: Values) => string;
  /** What the act has where nothing was entered. */
  readonly always?: Draft;
  /** Why nobody can take it back, where nobody can. */
  readonly final?: (values: Values) => string | null;
  /** What it is about has now, for the fields that an act sets anew. */
  readonly present?: Present;
}

/** Where a form finds what to fill itself in with. */
export interface Present {
  /** What it is about, null until that has been entered whole. */
  readonly subject: (values: Values) => string | null;
  /** The fields as they are now, empty for none. Throws what the wire throws. */
  readonly read: (subject: string) => Promise<Values>;
}

export const GROUPS = ['A market', 'A listing', 'An end', 'Money', 'Accounts', 'Words'] as const;
export type Group = (typeof GROUPS)[number];

export function isOptional(field: ActField, values: Values): boolean {
  return typeof field.optional === 'function' ? field.optional(values) : field.optional === true;
}

export function fieldsShown(kind: ActKind, values: Values): readonly ActField[] {
  return kind.fields.filter((field) => field.shown?.(values) ?? true);
}

export function keysOf(kind: ActKind, values: Values): 1 | 2 {
  return typeof kind.keys === 'function' ? kind.keys(values) : kind.keys;
}

const ADDRESS = /^0x[0-9a-fA-F]{40}$/;

/** An address as the wire has it; null for what is none. */
export function addressOf(text: string | undefined): string | null {
  const plain = text?.trim() ?? '';
  return ADDRESS.test(plain) ? plain.toLowerCase() : null;
}

const RATIO = /^\d{1,12}(\.\d{1,9}|\/\d{1,12})?$/;

/** The act that has been entered, or what is wrong with it, by field. */
export function actOf(kind: ActKind, values: Values): { act: Draft } | { faults: Faults } {
  const act: Draft = { kind: kind.kind, ...kind.always };
  const faults: Record<string, string> = {};
  for (const field of fieldsShown(kind, values)) {
    const text = (values[field.name] ?? '').trim();
    if (!text) {
      if (!isOptional(field, values) && field.kind !== 'flag') faults[field.name] = missing(field);
      continue;
    }
    const found = parsed(field, text);
    if (found === undefined) faults[field.name] = EXPECTED[field.kind] ?? 'not understood';
    else if (field.into) field.into(found, act);
    else act[field.name] = found;
  }
  return Object.keys(faults).length > 0 ? { faults } : { act };
}

function missing(field: ActField): string {
  if (field.choices || field.kind === 'market') return 'Choose one.';
  if (field.name === 'grounds') return 'Say why.';
  return 'Enter something.';
}

const EXPECTED: Partial<Record<FieldKind, string>> = {
  decimal: 'Expected a number such as 31.5.',
  whole: 'Expected a whole number.',
  hours: 'Expected a whole number of hours.',
  minutes: 'Expected a whole number of minutes.',
  address: 'Expected 0x and 40 hexadecimal digits.',
  ratio: 'Expected a ratio such as 2.5 or 5/2.',
  time: 'Expected a date and a time.',
  changes: 'Expected a field and its new value in every line.',
};

function parsed(field: ActField, text: string): unknown {
  switch (field.kind) {
    case 'decimal':
      return typed(text) ?? undefined;
    case 'whole':
      return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
    case 'hours':
      return /^\d{1,6}$/.test(text) ? Number(text) * 3_600_000 : undefined;
    case 'minutes':
      return /^\d{1,8}$/.test(text) ? Number(text) * 60_000 : undefined;
    case 'address':
      return addressOf(text) ?? undefined;
    case 'ratio':
      return RATIO.test(text) ? text : undefined;
    case 'time': {
      const ms = Date.parse(`${text}Z`);
      return Number.isNaN(ms) ? undefined : ms;
    }
    case 'flag':
      return true;
    case 'changes':
      return changesOf(rowsOf(text));
    default:
      return text;
  }
}

/** A field of a specification and what it is to become. */
export interface Change {
  readonly name: string;
  readonly value: string;
}

export function rowsOf(text: string): readonly Change[] {
  try {
    return JSON.parse(text) as Change[];
  } catch {
    return [];
  }
}

const NUMBERS = /^(shareCount|timeLock|resumePostOnly|settlementPeriod)$/;

/** Names of the wire take decimal text; those of a specification the values it shows. */
function changesOf(rows: readonly Change[]): Draft | undefined {
  const changes: Draft = {};
  for (const { name, value } of rows) {
    if (!name || !value.trim()) return undefined;
    const isRaw = name.includes('_') || name.includes('.') || NUMBERS.test(name);
    changes[name] = isRaw ? literal(value.trim()) : value.trim();
  }
  return rows.length > 0 ? changes : undefined;
}

function literal(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The venue's words about one field of an act, given to the field that they name. */
export function faultsOf(kind: ActKind, text: string): Faults | null {
  const found = /^act\.([\w.]+): ([\s\S]*)$/.exec(text);
  if (!found) return null;
  const path = (found[1] ?? '').split('.');
  const named = kind.fields.find((field) => path.includes(field.name));
  return named ? { [named.name]: found[2] ?? text } : null;
}
