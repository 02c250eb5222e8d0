import { utc } from '../../time/words';
import { labelOf, type Scale, words } from '../spec/fields';

/** One field of a specification, as an announcement says that it changes. */
export interface Change {
  readonly name: string;
  readonly before: unknown;
  readonly after: unknown;
}

const WHOLE = /^The specification of \S+ changes: /;
const NAME = /([a-z0-9_.]+) from /y;
const PLAIN = /[^\s,]+?(?= to |, [a-z]|\. Grounds: |$)/y;

/** What a text says of fields that change, null where it is no such text or not whole. */
export function changesIn(text: string): readonly Change[] | null {
  const start = WHOLE.exec(text);
  if (!start) return null;
  const found: Change[] = [];
  let at = start[0].length;
  for (;;) {
    NAME.lastIndex = at;
    const name = NAME.exec(text)?.[1];
    if (name === undefined) return null;
    const before = valueAt(text, NAME.lastIndex);
    if (before === null || !text.startsWith(' to ', before.end)) return null;
    const after = valueAt(text, before.end + 4);
    if (after === null) return null;
    found.push({ name, before: before.value, after: after.value });
    if (text.startsWith('. Grounds: ', after.end)) return found;
    if (!text.startsWith(', ', after.end)) return null;
    at = after.end + 2;
  }
}

/** A value that a text has at a place: JSON, or a time or `none` without quotes. */
function valueAt(text: string, start: number): { value: unknown; end: number } | null {
  if (!'[{"'.includes(text.charAt(start))) {
    PLAIN.lastIndex = start;
    const [plain] = PLAIN.exec(text) ?? [];
    return plain === undefined ? null : { value: parsed(plain) ?? plain, end: PLAIN.lastIndex };
  }
  const end = endOfJson(text, start);
  const value = end === null ? undefined : parsed(text.slice(start, end));
  return end === null || value === undefined ? null : { value, end };
}

function endOfJson(text: string, start: number): number | null {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < text.length; at += 1) {
    const sign = text.charAt(at);
    if (quoted) {
      if (sign === '\\') at += 1;
      else if (sign === '"') quoted = false;
    } else if (sign === '"') quoted = true;
    else if (sign === '[' || sign === '{') depth += 1;
    else if (sign === ']' || sign === '}') depth -= 1;
    if (depth === 0 && !quoted) return at + 1;
  }
  return null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `open interest none → 90,000 contracts`. */
export function changeWords({ name, before, after }: Change, scale: Scale): string {
  return `${labelOf(name)} ${valueWords(name, before, scale)} → ${valueWords(name, after, scale)}`;
}

export function valueWords(name: string, value: unknown, scale: Scale): string {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (/^\d{4}-/.test(String(value)) && !Number.isNaN(time)) return utc(time);
  return words(name, value, scale);
}

/** A text for people: fields that change with their units, everything else as it was said. */
export function toldText(text: string, scale: Scale): string {
  const changes = changesIn(text);
  return changes ? `${changes.map((one) => changeWords(one, scale)).join('; ')}.` : text;
}
