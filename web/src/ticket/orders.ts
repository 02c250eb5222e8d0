import { session } from '../session/session';
import { type Action, Refused, sendL1 } from '../wire/exchange';
import type { Sendable } from './checked';
import type { Draft } from './draft';

type Status =
  | { resting: { oid: number } }
  | { filled: { oid: number; totalSz: string; avgPx: string } }
  | { error: string }
  | string;

interface Answer {
  type: string;
  data: { statuses: Status[] };
}

/** What came of an order, in one line. */
export interface Outcome {
  readonly title: string;
  readonly text: string;
}

/** The action that places a draft. */
export function orderAction(asset: number, draft: Draft, order: Sendable): Action {
  const tif = draft.kind === 'market' ? 'FrontendMarket' : draft.tif;
  return {
    type: 'order',
    orders: [
      {
        a: asset,
        b: draft.buy,
        p: order.px,
        s: order.sz,
        r: draft.reduceOnly,
        t: { limit: { tif } },
      },
    ],
    grouping: 'na',
  };
}

/** Signs and sends; throws Refused with the venue's text, or Unanswered. */
export async function place(action: Action): Promise<Outcome> {
  const [status] = await statuses(action);
  if (typeof status === 'object' && 'filled' in status) {
    const { totalSz, avgPx, oid } = status.filled;
    return { title: 'Filled', text: `${totalSz} at ${avgPx} on average, order ${oid}.` };
  }
  if (typeof status === 'object' && 'resting' in status) {
    return { title: 'Order rests', text: `Order ${status.resting.oid} stands in the book.` };
  }
  return { title: 'Accepted', text: typeof status === 'string' ? status : '' };
}

export async function cancel(asset: number, oid: number): Promise<void> {
  await statuses({ type: 'cancel', cancels: [{ a: asset, o: oid }] });
}

async function statuses(action: Action): Promise<Status[]> {
  const signer = session.value?.signer;
  if (!signer) throw new Refused('Connect an account first.');
  const answer = await sendL1<Answer>(signer, action);
  const refused = answer.data.statuses.find((one) => typeof one === 'object' && 'error' in one);
  if (typeof refused === 'object' && 'error' in refused) throw new Refused(refused.error);
  return answer.data.statuses;
}
