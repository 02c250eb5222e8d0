import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Preview, Withdrawal } from '../desk/reads';
import { PayoutDialog, type Question } from './PayoutDialog';

const desk = vi.hoisted(() => ({ preview: vi.fn(), carryOut: vi.fn() }));
vi.mock('../desk/acting', async (original) => ({
  ...(await original<typeof import('../desk/acting')>()),
  ...desk,
}));

const ROW: Withdrawal = {
  id: 7,
  user: `0x${'ab'.repeat(20)}`,
  destination: `0x${'cd'.repeat(20)}`,
  time: 1_777_593_600_000,
  dex: '',
  amount: '600000.0',
  state: 'due',
  releaseTime: 1_777_680_000_000,
  approvals: 1,
  approvalsNeeded: 2,
};

const found = (changes: Partial<Preview> = {}) =>
  ({
    ...{ coin: null, text: null, hash: null, refusal: null, fields: {}, notes: [] },
    changes: [{ field: 'hourRoom', before: '10000000.0', after: '9400000.0' }],
    ...{ effectiveTime: null, outcome: null },
    withdrawal: { ...ROW, approvals: 2, approvedBy: [], hourRoom: '10000000.0' },
    ...changes,
  }) as Preview;

const PAID: Question = {
  title: 'Book withdrawal 7 as paid',
  kind: 'releaseWithdrawal',
  about: ROW,
  field: 'reference',
  consequence: 'Pay first.',
  sign: 'Sign and book as paid',
};

const APPROVE: Question = {
  title: 'Approve withdrawal 7',
  kind: 'approveWithdrawal',
  about: ROW,
  consequence: 'It then has all the keys.',
  sign: 'Sign and approve',
};

beforeAll(() => {
  HTMLDialogElement.prototype.showModal ??= () => undefined;
});
beforeEach(() => {
  desk.preview.mockReset().mockResolvedValue(found());
  desk.carryOut.mockReset().mockResolvedValue(true);
});
afterEach(cleanup);

const press = (name: string) => fireEvent.click(screen.getByText(name));

test('RULE-9 exactly what was shown is signed, and nothing before it was', async () => {
  const close = vi.fn();
  render(<PayoutDialog question={PAID} close={close} />);
  expect(screen.getByText(ROW.destination)).toBeTruthy();
  press('Show what it would do');
  expect((await screen.findByRole('alert')).textContent).toBe('Enter something.');
  expect(desk.preview).not.toHaveBeenCalled();
  const reference = screen.getByLabelText('Reference of the payment');
  fireEvent.input(reference, { target: { value: ' wire-1 ' } });
  press('Show what it would do');
  expect(await screen.findByText('2 of 2')).toBeTruthy();
  expect(screen.getByText('9,400,000')).toBeTruthy();
  const act = { kind: 'releaseWithdrawal', id: 7, reference: 'wire-1' };
  expect(desk.preview).toHaveBeenCalledWith(act);
  fireEvent.input(reference, { target: { value: 'wire-2' } });
  expect(screen.queryByText('Sign and book as paid')).toBeNull();
  press('Show what it would do');
  await screen.findByText('Sign and book as paid');
  press('Sign and book as paid');
  await vi.waitFor(() => expect(close).toHaveBeenCalled());
  expect(desk.carryOut).toHaveBeenCalledTimes(1);
  expect(desk.carryOut.mock.calls[0]?.[0]).toEqual({ ...act, reference: 'wire-2' });
});

test('an approval is looked at as its dialog opens; what would be refused is not signed', async () => {
  const refusal = 'The withdrawal may not be paid before 1777680000000 (ms).';
  desk.preview.mockResolvedValue(found({ refusal, changes: [] }));
  render(<PayoutDialog question={APPROVE} close={() => undefined} />);
  expect((await screen.findByRole('alert')).textContent).toContain('2026-05-02 00:00:00 UTC');
  const sign = screen.getByText('Sign and approve') as HTMLButtonElement;
  expect(sign.disabled).toBe(true);
  expect(desk.carryOut).not.toHaveBeenCalled();
});

test('an answer that comes after another entry is not shown for it', async () => {
  let answer: (preview: Preview) => void = () => undefined;
  desk.preview.mockReturnValue(
    new Promise<Preview>((resolve) => {
      answer = resolve;
    }),
  );
  render(<PayoutDialog question={PAID} close={() => undefined} />);
  const reference = screen.getByLabelText('Reference of the payment');
  fireEvent.input(reference, { target: { value: 'wire-1' } });
  press('Show what it would do');
  fireEvent.input(reference, { target: { value: 'wire-2' } });
  answer(found());
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(screen.queryByText('Sign and book as paid')).toBeNull();
});
