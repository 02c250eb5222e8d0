import type { ActKind, Values } from '../field';
import { ANNOUNCEMENT, COIN, GROUNDS } from './common';

export const changeSpec: ActKind = {
  kind: 'changeSpec',
  label: 'Change the rules',
  group: 'A market',
  roles: ['lister', 'risk'],
  keys: 2,
  what: 'Dates, bounds, margins, funding, limits: what a specification says.',
  consequence: () =>
    'Comes into force at its time and not before the time-lock of the specification. Positions stay; orders that the new rules forbid are cancelled.',
  fields: [
    COIN,
    { name: 'changes', label: 'Changes', kind: 'changes' },
    {
      name: 'effectiveTime',
      label: 'In force from',
      kind: 'time',
      unit: 'UTC',
      optional: true,
      help: 'Empty: as soon as the time-lock allows.',
    },
    GROUNDS,
    ANNOUNCEMENT,
  ],
};

export const setPhase: ActKind = {
  kind: 'setPhase',
  label: 'Set a phase ahead of its date',
  group: 'A market',
  roles: ['lister', 'settler'],
  keys: 2,
  what: 'A launch, or the settlement period, before its time.',
  consequence: (values) =>
    values.phase === 'SETTLEMENT_PERIOD'
      ? 'The settlement period begins: trading goes on, conversion stays possible, the deadline settles.'
      : 'The market launches at once.',
  final: () => 'A phase does not go back.',
  fields: [
    COIN,
    {
      name: 'phase',
      label: 'Phase',
      kind: 'choice',
      choices: ['PRE_LISTING', 'SETTLEMENT_PERIOD'],
    },
    GROUNDS,
    ANNOUNCEMENT,
  ],
};

export const eventPhase: ActKind = {
  kind: 'eventPhase',
  label: 'Enter a phase of the event clock',
  group: 'A market',
  roles: ['lister', 'risk'],
  keys: 2,
  what: 'What is known of a listing, with the leverage that belongs to it.',
  consequence: () =>
    'New risk meets the leverage of that phase at once, positions when the notice of its row is over.',
  fields: [
    COIN,
    {
      name: 'phase',
      label: 'Phase',
      kind: 'choice',
      choices: ['announced', 'filed', 'range_set', 'priced', 'indication', 'crossed', 'seasoned'],
    },
    GROUNDS,
    ANNOUNCEMENT,
  ],
};

export const rebase: ActKind = {
  kind: 'rebase',
  label: 'Change the unit (rebase)',
  group: 'A market',
  roles: ['settler'],
  keys: 2,
  what: 'Sizes are multiplied by a ratio and prices divided by it.',
  consequence: (values) =>
    `${values.numerator || 'N'} new for ${values.denominator || 'D'} old, for positions, orders and all that the market remembers. What an account is worth stays the same.`,
  final: () => 'Every client has to read sizes and prices anew. Only another rebase undoes it.',
  fields: [
    COIN,
    { name: 'numerator', label: 'New contracts', kind: 'whole' },
    { name: 'denominator', label: 'for so many old ones', kind: 'whole' },
    {
      name: 'grounds',
      label: 'Grounds',
      kind: 'choice',
      choices: ['split', 'dilution', 'unit_change', 'exchange_of_shares'],
    },
    ANNOUNCEMENT,
  ],
};

export const resolveInput: ActKind = {
  kind: 'resolveInput',
  label: 'Resolve an input in doubt',
  group: 'A market',
  roles: ['pricer', 'risk'],
  keys: 2,
  what: 'Accept or reject an observation as it stands on record. No value is typed (RULE-4).',
  consequence: (values: Values) =>
    values.decision === 'accept'
      ? 'The observation on record counts in the index from then on.'
      : 'The observation on record counts for nothing, and stays readable.',
  fields: [
    COIN,
    { name: 'source', label: 'Source', kind: 'word' },
    { name: 'observationKind', label: 'Kind', kind: 'word', help: 'Such as secondary_trade.' },
    { name: 'decision', label: 'Decision', kind: 'choice', choices: ['accept', 'reject'] },
    GROUNDS,
    ANNOUNCEMENT,
  ],
};
