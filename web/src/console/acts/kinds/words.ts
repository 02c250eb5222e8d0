import type { ActKind } from '../field';
import { ANNOUNCEMENT, COIN, GROUNDS } from './common';

const STATUS_WORDS: Readonly<Record<string, string>> = {
  halted: 'nothing is taken',
  cancel_only: 'orders can only be cancelled',
  post_only: 'orders may only be posted',
};

export const halt: ActKind = {
  kind: 'halt',
  label: 'Halt a market',
  group: 'A market',
  roles: ['risk'],
  keys: (values) => (values.beyondHour ? 2 : 1),
  what: 'One key halts for an hour at most, two until it is resumed.',
  consequence: (values) => {
    const status = STATUS_WORDS[values.status ?? ''] ?? 'trading stops';
    const until = values.beyondHour
      ? 'once another operator approves, until somebody resumes it'
      : 'at once, for an hour at most; for another hour it then takes two keys';
    return `In ${values.coin || 'the market'} ${status}, ${until}. Open proposals about it become stale.`;
  },
  fields: [
    COIN,
    {
      name: 'status',
      label: 'Status',
      kind: 'choice',
      choices: ['halted', 'cancel_only', 'post_only'],
    },
    {
      name: 'beyondHour',
      label: 'Until it is resumed',
      kind: 'flag',
      help: 'Longer than an hour takes two keys.',
    },
    GROUNDS,
    { ...ANNOUNCEMENT, shown: (values) => values.beyondHour === 'yes' },
  ],
};

export const resume: ActKind = {
  kind: 'resume',
  label: 'Resume a market',
  group: 'A market',
  roles: ['risk'],
  keys: 1,
  what: 'Ends a halt.',
  consequence: (values) =>
    `${values.coin || 'The market'} trades again, after a short phase in which orders may only be posted.`,
  fields: [COIN, { ...GROUNDS, optional: true }],
};

export const announce: ActKind = {
  kind: 'announce',
  label: 'Announce something',
  group: 'Words',
  roles: ['lister'],
  keys: 1,
  what: 'Words for everybody; nothing else changes.',
  consequence: () => 'Everybody can read it at once.',
  final: () => 'It can not be edited and not removed.',
  fields: [
    { ...COIN, optional: true, help: 'Empty: the whole venue.' },
    { name: 'title', label: 'Title', kind: 'word' },
    { name: 'text', label: 'Text', kind: 'text' },
    { name: 'effectiveTime', label: 'Effective', kind: 'time', unit: 'UTC', optional: true },
  ],
};

export const publishDisclosure: ActKind = {
  kind: 'publishDisclosure',
  label: 'Publish a disclosure',
  group: 'Words',
  roles: ['lister', 'compliance'],
  keys: 1,
  what: 'A text of the venue that a market may require later, by a change of its rules.',
  consequence: () =>
    'The text is public with its hash. No market requires it until two operators change its specification so.',
  final: () => 'It can not be edited and not removed.',
  fields: [
    { name: 'version', label: 'Version', kind: 'whole', help: 'One that no other text has.' },
    { name: 'text', label: 'Text', kind: 'text' },
  ],
};
