import { grouped } from '../../../numbers/format';
import type { ActField, ActKind } from '../field';
import { ANNOUNCEMENT, COIN, GROUNDS } from './common';

const DEX: ActField = {
  name: 'dex',
  label: 'Dex',
  kind: 'dex',
  optional: true,
  help: 'None: the main one.',
};

const AMOUNT: ActField = { name: 'amount', label: 'Amount', kind: 'decimal', unit: 'USD' };

const REFERENCE: ActField = {
  name: 'reference',
  label: 'Reference of the payment',
  kind: 'word',
  help: 'As the bank or the chain has it. The venue takes each once.',
};

const usd = (amount: string | undefined) => `${grouped(amount || null)} USD`;

export const credit: ActKind = {
  kind: 'credit',
  label: 'Credit a deposit',
  group: 'Money',
  roles: ['custodian'],
  keys: 1,
  what: 'Money that the custodian has received for an account.',
  consequence: (values) =>
    `${usd(values.amount)} are the account's at once: it can trade with them, and ask for them back.`,
  final: () => 'A credit is not undone. A debit takes money back only while the account has it.',
  fields: [{ name: 'user', label: 'Account', kind: 'address' }, DEX, AMOUNT, REFERENCE],
  always: { dex: '' },
};

export const debit: ActKind = {
  kind: 'debit',
  label: 'Debit a payment',
  group: 'Money',
  roles: ['custodian'],
  keys: 1,
  what: 'Money that the custodian has paid to an owner who asked outside the venue.',
  consequence: (values) =>
    `${usd(values.amount)} leave the account at once. Its margin requirement stays.`,
  final: () => 'It is booked as paid. Only a credit, with a reference of its own, brings it back.',
  fields: [{ name: 'user', label: 'Account', kind: 'address' }, DEX, AMOUNT, REFERENCE],
  always: { dex: '' },
};

export const payIn: ActKind = {
  kind: 'payIn',
  label: 'Pay into a fund',
  group: 'Money',
  roles: ['custodian'],
  keys: 1,
  what: "Capital for a market's insurance fund, or for its backstop vault (LIQ-5).",
  consequence: (values) =>
    values.target === 'backstop'
      ? `${usd(values.amount)} are capital of the vault, which takes positions over and can lose it.`
      : `${usd(values.amount)} stand for losses beyond margin in ${values.coin || 'this market'} and in no other.`,
  final: () => 'No act takes it out again.',
  fields: [
    COIN,
    {
      name: 'target',
      label: 'Fund',
      kind: 'choice',
      choices: ['insurance', 'backstop'],
      help: 'Backstop only where the specification has one.',
    },
    AMOUNT,
    REFERENCE,
  ],
};

function term(name: string, label: string, help?: string): ActField {
  const kind = name.endsWith('Ms') ? 'minutes' : name === 'largeApprovals' ? 'whole' : 'decimal';
  const unit = { minutes: 'minutes', whole: 'keys', decimal: 'USD' }[kind];
  return { name, label, kind, unit, optional: true, ...(help ? { help } : {}) };
}

export const withdrawalTerms: ActKind = {
  kind: 'withdrawalTerms',
  label: 'Change the terms of withdrawals',
  group: 'Money',
  roles: ['risk'],
  keys: 2,
  what: 'What is left empty stays as it is (RULE-9).',
  consequence: () => 'They hold for what is asked for from the approval on.',
  fields: [
    term('least', 'Least amount'),
    term('delayedAbove', 'Waits above'),
    term('delayMs', 'Waits for'),
    term('largeAbove', 'Large above'),
    term('largeDelayMs', 'Large ones wait for'),
    term('largeApprovals', 'Approvals of large ones'),
    term('accountHourly', 'Account, at most an hour'),
    term('venueHourly', 'Venue, at most an hour'),
    term('newAddressMs', 'New addresses wait for', 'An address keeps the time it was given.'),
    GROUNDS,
    ANNOUNCEMENT,
  ],
};
