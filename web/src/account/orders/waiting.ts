import { effect, signal } from '@preact/signals';
import { priceWords } from '../../market/quoting/quoting';
import { times, trimmed } from '../../numbers/decimal';
import { session } from '../../session/session';
import { openOrders } from '../../state/account';
import { markets } from '../../state/markets';
import type { OpenOrder, OrderTrigger } from '../../wire/account';
import { info } from '../../wire/reads';

/** By number: what of waiting orders the dialect's form of them does not say. */
export const triggers = signal<ReadonlyMap<number, OrderTrigger>>(new Map());

/** Reads them anew whenever other orders wait, until the returned function is called. */
export function watchTriggers(): () => void {
  let asked = '';
  return effect(() => {
    const user = session.value?.account;
    const waiting = openOrders.value.filter((one) => one.isTrigger);
    const wanted = `${user} ${waiting.map((one) => one.oid).join(' ')}`;
    if (wanted === asked) return;
    asked = wanted;
    if (!user || waiting.length === 0) {
      triggers.value = new Map();
      return;
    }
    const dexes = [...new Set(markets.peek().map((one) => one.dex))];
    Promise.all(
      dexes.map((dex) => info<OrderTrigger[]>({ type: 'orderTriggers', user, dex })),
    ).then(
      (rows) => {
        if (asked === wanted) triggers.value = new Map(rows.flat().map((row) => [row.oid, row]));
      },
      () => {
        asked = '';
      },
    );
  });
}

/** A trigger that has a distance in place of a price; null for every other. */
export function trailing(trigger: OrderTrigger | null | undefined): OrderTrigger | null {
  return trigger && (trigger.trailPx ?? trigger.trailRate) !== null ? trigger : null;
}

/** The distance as a person types it: in the market's unit, or in per cent where it is a share. */
export function distanceOf({ trailPx, trailRate }: OrderTrigger): string {
  return trailRate === null ? trimmed(trailPx ?? '0') : times(trailRate, '100');
}

/** What an order waits for, its price as the person reads prices. */
export function waitsFor(order: OpenOrder): string {
  if (!order.isTrigger) return '';
  const [, words, px] = /^(.*) ([\d.]+)$/.exec(order.triggerCondition) ?? [];
  const plain = words && px ? `${words} ${priceWords(order.coin, px)}` : order.triggerCondition;
  const trail = trailing(triggers.value.get(order.oid));
  return trail ? `${plain}, trails the mark by ${trailWords(order.coin, trail)}` : plain;
}

function trailWords(coin: string, trigger: OrderTrigger): string {
  if (trigger.trailRate !== null) return `${distanceOf(trigger)} %`;
  return priceWords(coin, trigger.trailPx, true);
}
