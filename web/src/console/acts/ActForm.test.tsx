import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { operator } from '../desk/operator';
import { ActForm } from './ActForm';
import { setAccount } from './kinds/accounts';

const desk = vi.hoisted(() => ({ preview: vi.fn() }));
vi.mock('../desk/acting', async (original) => ({
  ...(await original<typeof import('../desk/acting')>()),
  ...desk,
}));

const HOLDER = `0x${'ab'.repeat(20)}`;
const OTHER = `0x${'cd'.repeat(20)}`;
const KNOWN: Record<string, Record<string, string>> = {
  [HOLDER]: { jurisdiction: 'GB', clientClass: 'retail', owner: 'Ada' },
  [OTHER]: { jurisdiction: 'US-NY' },
};

beforeEach(() => {
  operator.value = { address: '0x1', signer: {}, label: '', roles: ['compliance'] } as never;
  desk.preview.mockReset().mockImplementation(async ({ user }: { user: string }) => ({
    changes: Object.entries(KNOWN[user] ?? {}).map(([field, before]) => ({
      ...{ field, before, after: '' },
    })),
  }));
});
afterEach(() => {
  cleanup();
  operator.value = null;
});

const shownIn = (label: RegExp) => (screen.getByLabelText(label) as HTMLInputElement).value;
const entered = () => [shownIn(/^Jurisdiction/), shownIn(/^Class/), shownIn(/^Owner/)];
const type = (label: RegExp, value: string) =>
  fireEvent.input(screen.getByLabelText(label), { target: { value } });

test('RULE-5 an account’s form is filled in with what it has once the address is whole', async () => {
  render(<ActForm kind={setAccount} given={[]} />);
  type(/^Account/, HOLDER.slice(0, -1));
  expect(desk.preview).not.toHaveBeenCalled();
  type(/^Account/, HOLDER);
  await screen.findByText(/^Filled in with what it has now/);
  expect(entered()).toEqual(['GB', 'retail', 'Ada']);
  expect(desk.preview).toHaveBeenCalledTimes(1);
});

test('what was entered stays, what was filled in gives way to another account’s', async () => {
  render(<ActForm kind={setAccount} given={[HOLDER, 'FR']} />);
  await screen.findByText(/^Filled in/);
  expect(entered()).toEqual(['FR', 'retail', 'Ada']);
  type(/^Owner/, '');
  type(/^Account/, OTHER);
  await vi.waitFor(() => expect(entered()).toEqual(['FR', '', '']));
  type(/^Jurisdiction/, '');
  type(/^Account/, HOLDER);
  await vi.waitFor(() => expect(entered()).toEqual(['GB', 'retail', 'Ada']));
  type(/^Account/, OTHER);
  await vi.waitFor(() => expect(entered()).toEqual(['US-NY', '', '']));
});

test('a wallet is asked for a signature only when that is wanted', async () => {
  operator.value = { ...operator.value, asks: true } as never;
  render(<ActForm kind={setAccount} given={[HOLDER]} />);
  expect(desk.preview).not.toHaveBeenCalled();
  fireEvent.click(screen.getByText('Fill in what it has now'));
  await vi.waitFor(() => expect(entered()).toEqual(['GB', 'retail', 'Ada']));
});

test('a key that may not set accounts asks for nothing', () => {
  operator.value = { ...operator.value, roles: ['risk'] } as never;
  render(<ActForm kind={setAccount} given={[HOLDER]} />);
  expect(desk.preview).not.toHaveBeenCalled();
  expect(screen.queryByText('Fill in what it has now')).toBeNull();
});
