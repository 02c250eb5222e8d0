import type { ActField, Draft } from '../field';

/** Fields that many acts have. */

export const COIN: ActField = { name: 'coin', label: 'Market', kind: 'market' };

export const GROUNDS: ActField = {
  name: 'grounds',
  label: 'Grounds',
  kind: 'text',
  help: 'Why. They are public and in the journal.',
};

export const ANNOUNCEMENT: ActField = {
  name: 'announcement',
  label: 'Announcement',
  kind: 'text',
  optional: true,
  help: 'What everybody will read. Empty: the venue composes it out of the fields; see it below.',
};

/** Puts a value under `name` in an object of the act. */
export function within(group: string, name: string): (value: unknown, act: Draft) => void {
  return (value, act) => {
    act[group] = { ...(act[group] as Draft | undefined), [name]: value };
  };
}
