import type { ActKind, Values } from '../field';
import { ANNOUNCEMENT, COIN, GROUNDS } from './common';

const WITH_PRICE = ['transaction', 'adverse_event', 'determined', 'other', 'wind_down'];
const METHODS = ['default_twap', 'recent_twap', 'delisting', ...WITH_PRICE];

const METHOD_WORDS: Readonly<Record<string, string>> = {
  default_twap: 'at the average of the mark since the launch, inside the settlement period',
  recent_twap: 'at the average of the mark over full hours',
  delisting: 'at the outside price of the hour after the approval (listed markets)',
  transaction: 'at the price of the transaction',
  adverse_event: 'at a value determined after an adverse event',
  determined: 'at a determined value',
  other: 'at a value whose formula the announcement states',
  wind_down: 'at a price, or at the average of the mark without one',
};

const takesPrice = (values: Values) => WITH_PRICE.includes(values.method ?? '');

export const settle: ActKind = {
  kind: 'settle',
  label: 'Settle a market',
  group: 'An end',
  roles: ['settler'],
  keys: 2,
  what: 'Closes every position at one price and ends the market.',
  final: () => 'A settled market never trades again, and what was paid stays paid.',
  consequence: (values) =>
    `Orders are cancelled and every position is closed without fee ${METHOD_WORDS[values.method ?? ''] ?? 'at the settlement price'}. Nothing comes after that.`,
  fields: [
    COIN,
    { name: 'method', label: 'Method', kind: 'choice', choices: METHODS },
    {
      name: 'px',
      label: 'Settlement price',
      kind: 'decimal',
      unit: 'USD a contract',
      shown: takesPrice,
      optional: (values) => values.method === 'wind_down',
      help: 'Only a wind-down may leave it out: it then takes the average of the mark.',
    },
    {
      name: 'window',
      label: 'Average over',
      kind: 'hours',
      unit: 'full hours',
      shown: (values) => values.method === 'recent_twap',
      help: 'Up to the last full hour, 720 at most.',
    },
    {
      name: 'grounds',
      label: 'Grounds',
      kind: 'choice',
      choices: [
        'acquired',
        'taken_private',
        'recapitalised',
        'other_transaction',
        'extended_market',
        'insolvency',
        'enforcement',
        'restatement',
        'wind_down',
        'delisted',
      ],
      help: 'They have to fit the method (LIFE-6).',
    },
    ANNOUNCEMENT,
  ],
};

export const disableDex: ActKind = {
  kind: 'disableDex',
  label: 'Disable a dex',
  group: 'An end',
  roles: ['risk', 'settler'],
  keys: 2,
  what: 'Its deployer has gone: every market of it is halted for good.',
  consequence: (values) =>
    `Every market of ${values.dex || 'the dex'} is halted for good; positions stay until each is settled.`,
  final: () => 'The venue has no act that enables a dex again.',
  fields: [{ name: 'dex', label: 'Dex', kind: 'dex' }, GROUNDS, ANNOUNCEMENT],
};
