import { preview } from '../../desk/acting';
import { type ActKind, addressOf, type Values } from '../field';

/** An act that would clear all three: what it would change is what they are. */
async function attributesOf(user: string): Promise<Values> {
  const cleared = { kind: 'setAccount', user, jurisdiction: '', clientClass: '' };
  const { changes } = await preview(cleared);
  const known = changes.map((line) => [line.field, String(line.before ?? '')]);
  return { jurisdiction: '', clientClass: '', owner: '', ...Object.fromEntries(known) };
}

export const setAccount: ActKind = {
  kind: 'setAccount',
  label: 'Set an account',
  group: 'Accounts',
  roles: ['compliance'],
  keys: 1,
  what: 'Where an account holder lives, of what class they are, and whose the account is (RULE-5).',
  consequence: () =>
    'All three are as entered from then on: what is left empty is empty then, whatever it was.',
  final: () =>
    'Orders that it cancels do not come back when the attributes are set to what they were.',
  fields: [
    { name: 'user', label: 'Account', kind: 'address', help: 'Its sub-accounts get the same.' },
    {
      name: 'jurisdiction',
      label: 'Jurisdiction',
      kind: 'word',
      optional: true,
      help: 'Such as GB or US-NY. Empty: none is known.',
    },
    {
      name: 'clientClass',
      label: 'Class',
      kind: 'choice',
      optional: true,
      choices: ['retail', 'professional'],
      help: 'Some markets take professionals of a country alone.',
    },
    {
      name: 'owner',
      label: 'Owner',
      kind: 'word',
      optional: true,
      help: 'Accounts of one name are one owner in every limit. Empty: it stands for itself.',
    },
  ],
  always: { jurisdiction: '', clientClass: '' },
  present: { subject: (values) => addressOf(values.user), read: attributesOf },
};
