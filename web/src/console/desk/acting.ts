import type { AbstractWallet } from '@nktkas/hyperliquid/signing';
import { signal } from '@preact/signals';
import { toast } from '../../parts/toast';
import { timesTold } from '../../time/words';
import { type Act, asked } from './act';
import { operator } from './operator';
import type { ActsWanted, Preview, RecordedAct, Shock, Withdrawal } from './reads';

/** Counts what this page has sent, so that what shows its effects looks again. */
export const sent = signal(0);

function who(): AbstractWallet {
  const signer = operator.peek()?.signer;
  if (!signer) throw new Error('Nobody is signed in.');
  return signer;
}

/** What an act would announce and do; signed, and nothing is journalled. */
export function preview(act: Act): Promise<Preview> {
  return asked(who(), { kind: 'preview', act });
}

/** The same of a proposal that waits, as this operator's approval would find it. */
export function previewOf(proposalId: number): Promise<Preview> {
  return asked(who(), { kind: 'preview', proposalId });
}

export async function stress(coin: string): Promise<Shock[]> {
  const found = await asked<{ moves: Shock[] }>(who(), { kind: 'stress', coin });
  return found.moves;
}

/** What was done, newest first, a hundred at a time. */
export async function recordedActs(wanted: ActsWanted): Promise<RecordedAct[]> {
  const found = await asked<{ acts: RecordedAct[] }>(who(), { kind: 'acts', ...wanted });
  return found.acts;
}

export async function withdrawalQueue(): Promise<Withdrawal[]> {
  const found = await asked<{ withdrawals: Withdrawal[] }>(who(), { kind: 'withdrawals' });
  return found.withdrawals;
}

/** Sends an act and says what came of it; whether it was taken. */
export async function carryOut(act: Act, done: string): Promise<boolean> {
  try {
    const data = await asked<{ seq: number; proposalId?: number }>(who(), act);
    const waits = data.proposalId === undefined ? '' : `Proposal ${data.proposalId} waits. `;
    toast('good', done, `${waits}Command ${data.seq} of the journal.`);
    sent.value += 1;
    return true;
  } catch (fault) {
    toast('bad', 'Not carried out', said(fault));
    return false;
  }
}

/** The words of a fault, for people. */
export function said(fault: unknown): string {
  return fault instanceof Error ? timesTold(fault.message) : 'The venue did not answer.';
}
