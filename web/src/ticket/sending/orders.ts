import type { Grid } from '../../numbers/rounding';
import { lost, session } from '../../session/session';
import { type Action, Refused, sendL1 } from '../../wire/exchange';
import type { Sendable } from '../checks/checked';
import { beyond, TRIGGERED_REACH_E6 } from '../checks/prices';
import type { Draft } from '../draft';

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

export type Tpsl = 'tp' | 'sl';
export type Trigger = {
  isMarket: boolean;
  triggerPx?: string;
  tpsl: Tpsl;
  trailPx?: string;
  trailRate?: string;
  triggerBy?: 'index' | 'last';
};

/** An order in the dialect's form, its fields in the order that is signed. */
export interface Order {
  a: number;
  b: boolean;
  p: string;
  s: string;
  r: boolean;
  t: { limit: { tif: string } } | { trigger: Trigger };
}

/** The action that places a draft. */
export function orderAction(asset: number, draft: Draft, order: Sendable, grid: Grid): Action {
  if (order.twap) return twapAction(asset, draft, order);
  const one = (px: string, sz: string): Order => ({
    a: asset,
    b: draft.buy,
    p: px,
    s: sz,
    r: draft.reduceOnly,
    t: orderTerms(draft, order),
  });
  if (draft.kind === 'scale') {
    const orders = order.rungs.map((rung) => one(rung.px, rung.sz));
    return { type: 'order', orders, grouping: 'na' };
  }
  const exits = [
    order.takePx === null ? [] : [exit(asset, !draft.buy, order.sz, 'tp', order.takePx, grid)],
    order.stopPx === null ? [] : [exit(asset, !draft.buy, order.sz, 'sl', order.stopPx, grid)],
  ].flat();
  const grouping = exits.length > 0 ? 'normalTpsl' : 'na';
  return { type: 'order', orders: [one(order.px, order.sz), ...exits], grouping };
}

/** A market order that leaves a position at a trigger price by the mark. */
export function exit(
  asset: number,
  buy: boolean,
  sz: string,
  tpsl: Tpsl,
  triggerPx: string,
  grid: Grid,
): Order {
  const p = beyond(triggerPx, buy, TRIGGERED_REACH_E6, grid);
  return {
    a: asset,
    b: buy,
    p,
    s: sz,
    r: true,
    t: { trigger: { isMarket: true, triggerPx, tpsl } },
  };
}

function orderTerms(draft: Draft, order: Sendable): Order['t'] {
  if (draft.kind === 'market') return { limit: { tif: 'FrontendMarket' } };
  if (draft.kind === 'trail') {
    const distance =
      draft.trailUnit === 'usd' ? { trailPx: order.trail ?? '' } : { trailRate: order.trail ?? '' };
    return { trigger: { isMarket: true, tpsl: 'sl', ...distance } };
  }
  if (draft.kind !== 'stop' && draft.kind !== 'profit') {
    return { limit: { tif: draft.kind === 'scale' && draft.tif !== 'Alo' ? 'Gtc' : draft.tif } };
  }
  const trigger: Trigger = {
    isMarket: !draft.atLimit,
    triggerPx: order.triggerPx ?? '',
    tpsl: draft.kind === 'stop' ? 'sl' : 'tp',
  };
  return {
    trigger: draft.triggerBy === 'mark' ? trigger : { ...trigger, triggerBy: draft.triggerBy },
  };
}

function twapAction(asset: number, draft: Draft, order: Sendable): Action {
  const { minutes = 0, begin = null, endPx = null } = order.twap ?? {};
  const twap = {
    a: asset,
    b: draft.buy,
    s: order.sz,
    r: draft.reduceOnly,
    m: minutes,
    t: draft.randomize,
  };
  if (!begin && endPx === null) return { type: 'twapOrder', twap };
  const t = begin ? { p: begin.px, a: begin.above } : null;
  return { type: 'twapOrder', twap, details: { t, s: endPx } };
}

/** Signs and sends; throws Refused with the venue's text, or Unanswered. */
export async function place(action: Action): Promise<Outcome> {
  if (action.type === 'twapOrder') {
    const answer = await signed<TwapAnswer>(action);
    const { status } = answer.data;
    if ('error' in status) throw new Refused(status.error);
    return { title: 'TWAP runs', text: `TWAP ${status.running.twapId} works the order off.` };
  }
  const all = await statuses(action);
  const [first] = all;
  const parts = all.filter(
    (one) => typeof one === 'object' && ('resting' in one || 'filled' in one),
  );
  if (parts.length > 1 && action.grouping === 'na') {
    return { title: 'Orders placed', text: `${parts.length} orders have been taken.` };
  }
  if (typeof first === 'object' && 'filled' in first) {
    const { totalSz, avgPx, oid } = first.filled;
    return { title: 'Filled', text: `${totalSz} at ${avgPx} on average, order ${oid}.` };
  }
  if (typeof first === 'object' && 'resting' in first) {
    const waits = 'trigger' in ((action.orders as Order[])[0]?.t ?? {});
    const { oid } = first.resting;
    return waits
      ? { title: 'Order waits', text: `Order ${oid} waits for its trigger.` }
      : { title: 'Order rests', text: `Order ${oid} stands in the book.` };
  }
  return {
    title: 'Accepted',
    text: first === 'waitingForTrigger' ? 'It waits for its trigger.' : '',
  };
}

interface TwapAnswer {
  data: { status: { running: { twapId: number } } | { error: string } };
}

export interface Named {
  readonly asset: number;
  readonly oid: number;
}

const BATCH = 100;

/** Cancels orders, a hundred an action; throws the first refusal after all have been asked for. */
export async function cancel(orders: readonly Named[]): Promise<void> {
  const refused: string[] = [];
  for (let at = 0; at < orders.length; at += BATCH) {
    const cancels = orders.slice(at, at + BATCH).map(({ asset, oid }) => ({ a: asset, o: oid }));
    try {
      await statuses({ type: 'cancel', cancels });
    } catch (fault) {
      if (!(fault instanceof Refused)) throw fault;
      refused.push(fault.message);
    }
  }
  if (refused[0]) throw new Refused(refused[0]);
}

/** Changes an order in place: it keeps its rank only if nothing but its size shrinks. */
export async function modify(oid: number, order: Order): Promise<void> {
  await signed({ type: 'modify', oid, order });
}

export async function cancelTwap(asset: number, twapId: number): Promise<void> {
  const answer = await signed<{ data: { status: string | { error: string } } }>({
    type: 'twapCancel',
    a: asset,
    t: twapId,
  });
  const { status } = answer.data;
  if (typeof status === 'object') throw new Refused(status.error);
}

/** An L1 action of the session; throws Refused while nobody is connected. */
export async function signed<T>(action: Action): Promise<T> {
  const signer = session.value?.signer;
  if (!signer) throw new Refused('Connect an account first.');
  try {
    return await sendL1<T>(signer, action);
  } catch (fault) {
    const gone = fault instanceof Refused && fault.message.startsWith('User or API Wallet');
    if (gone && session.peek()?.kind === 'wallet') lost();
    throw fault;
  }
}

async function statuses(action: Action): Promise<Status[]> {
  const answer = await signed<Answer>(action);
  const refused = answer.data.statuses.find((one) => typeof one === 'object' && 'error' in one);
  if (typeof refused === 'object' && 'error' in refused) throw new Refused(refused.error);
  return answer.data.statuses;
}
