import { minus } from '../../../numbers/decimal';
import type { ActField, ActKind, Draft, Values } from '../field';
import { ANNOUNCEMENT, COIN, GROUNDS, within } from './common';

const TREATMENTS = ['convert', 'adjusted', 'settle', 'composite', 'trigger'];

function applied(values: Values): string | undefined {
  return values.treatment === 'trigger' ? values.then : values.treatment;
}

const isTrigger = (values: Values) => values.treatment === 'trigger';

function spec(name: string, field: Omit<ActField, 'name' | 'into'>): ActField {
  return { ...field, name, into: within('spec', name) };
}

export const listMarket: ActKind = {
  kind: 'listMarket',
  label: 'List a market',
  group: 'A listing',
  roles: ['lister'],
  keys: 2,
  what: 'A new market: a preset and what differs from it.',
  consequence: (values) =>
    `${values.symbol || 'The market'} opens ${values.launchTime ? 'at its launch time' : 'with the approval'}, with oracle, reference and mark at ${values.reference || 'its reference price'}.`,
  final: () => 'A market that was listed ends by its settlement alone.',
  fields: [
    spec('preset', {
      label: 'Preset',
      kind: 'choice',
      choices: ['ipop', 'premarket', 'xstock', 'standard_equity'],
    }),
    spec('symbol', { label: 'Symbol', kind: 'word', help: 'In a named dex with it: xyz:ABC.' }),
    { ...spec('dex', { label: 'Dex', kind: 'dex', optional: true }) },
    spec('issuer', { label: 'Issuer', kind: 'word' }),
    spec('description', { label: 'What a contract is', kind: 'word' }),
    spec('size_decimals', {
      label: 'Decimals of sizes',
      kind: 'whole',
      help: 'Prices have 6 decimals less so many.',
    }),
    spec('reference', { label: 'Reference price', kind: 'decimal', unit: 'USD' }),
    spec('band', {
      label: 'Band',
      kind: 'decimal',
      optional: true,
      help: 'Share of the reference to either side, such as 0.25. Not for premarket.',
    }),
    spec('listing_exchange', { label: 'Expected exchange', kind: 'word', optional: true }),
    spec('launchTime', { label: 'Launch', kind: 'time', unit: 'UTC', optional: true }),
    spec('outsideLaunchTime', {
      label: 'Outside Launch Date',
      kind: 'time',
      unit: 'UTC',
      optional: true,
    }),
    {
      name: 'further',
      label: 'Further differences from the preset',
      kind: 'changes',
      optional: true,
      into: (value: unknown, act: Draft) => {
        act.spec = { ...(act.spec as Draft | undefined), ...(value as Draft) };
      },
    },
    {
      name: 'basis',
      label: 'Basis of the reference price',
      kind: 'text',
      help: 'What it rests on, with dates such as 2026-04-28 (LIFE-2).',
    },
    ANNOUNCEMENT,
  ],
};

export const confirmListing: ActKind = {
  kind: 'confirmListing',
  label: 'Confirm a listing',
  group: 'A listing',
  roles: ['lister'],
  keys: 2,
  what: 'The company has listed: what becomes of positions.',
  consequence: (values) => TREATMENT_WORDS[values.treatment ?? ''] ?? 'Choose a treatment.',
  final: (values) =>
    values.treatment === 'trigger' ? null : 'A market that has converted does not go back.',
  fields: [
    COIN,
    { name: 'exchange', label: 'Exchange', kind: 'word', help: 'Such as XNAS.' },
    { name: 'listedAs', label: 'Listed as', kind: 'word' },
    { name: 'structure', label: 'Structure', kind: 'word', help: 'Such as ipo or direct_listing.' },
    {
      name: 'jurisdiction',
      label: 'Jurisdiction',
      kind: 'word',
      optional: true,
      help: 'Such as US.',
    },
    { name: 'crossPx', label: 'First price', kind: 'decimal', unit: 'USD a listed share' },
    { name: 'crossTime', label: 'Time of the first price', kind: 'time', unit: 'UTC' },
    { name: 'treatment', label: 'Treatment', kind: 'choice', choices: TREATMENTS },
    {
      name: 'event',
      label: 'Event waited for',
      kind: 'word',
      shown: isTrigger,
      help: 'Lower-case letters, digits and _.',
    },
    { name: 'condition', label: 'What has to have happened', kind: 'text', shown: isTrigger },
    { name: 'deadline', label: 'Deadline', kind: 'time', unit: 'UTC', shown: isTrigger },
    {
      name: 'then',
      label: 'With the event',
      kind: 'choice',
      choices: ['convert', 'adjusted', 'composite'],
      shown: isTrigger,
    },
    {
      name: 'otherwise',
      label: 'Without it',
      kind: 'choice',
      choices: ['settle', 'convert'],
      shown: isTrigger,
    },
    {
      name: 'ratio',
      label: 'Listed shares a contract',
      kind: 'ratio',
      optional: (values) => applied(values) !== 'adjusted',
      help: 'With adjusted, and for a market on a valuation without a share count. 2.5 or 5/2.',
    },
    {
      name: 'weights',
      label: 'Part that settles',
      kind: 'decimal',
      shown: (values) => applied(values) === 'composite',
      help: 'Such as 0.3; the rest converts.',
      into: (value, act) => {
        act.weights = { convert: minus('1', String(value)), settle: String(value) };
      },
    },
    {
      ...GROUNDS,
      optional: (values) => !values.treatment || values.treatment === 'convert',
      help: 'Why the treatment best preserves the economics; needed for all but convert.',
    },
    ANNOUNCEMENT,
  ],
};

const TREATMENT_WORDS: Readonly<Record<string, string>> = {
  convert: 'Positions and resting orders go on as contracts on the listed share.',
  adjusted: 'Positions and orders are put into listed shares by the ratio, and go on.',
  settle: 'Every position is closed at the first price times the ratio, without fee.',
  composite: 'A part of every position is closed at the first price, the rest goes on.',
  trigger: 'Nothing happens until the event is declared or the deadline passes.',
};

export const declareEvent: ActKind = {
  kind: 'declareEvent',
  label: 'Declare an awaited event',
  group: 'A listing',
  roles: ['lister'],
  keys: 2,
  what: 'What a listing waits for has happened.',
  consequence: () => 'The listing is treated as it was announced, at once.',
  final: () => 'What is closed or converted then stays so.',
  fields: [
    COIN,
    { name: 'event', label: 'Event', kind: 'word', help: 'As the listing names it.' },
    {
      name: 'crossPx',
      label: 'First price after it',
      kind: 'decimal',
      unit: 'USD',
      optional: true,
      help: 'Where a part settles.',
    },
    { name: 'crossTime', label: 'Time of that price', kind: 'time', unit: 'UTC', optional: true },
    GROUNDS,
    ANNOUNCEMENT,
  ],
};
