import type { Means, Resting, Rules } from '../terms/terms';

/** Margin as the engine asks for it (MARG-2 … MARG-4), in micro-USD; prices are atoms. */

const ONE_E6 = 1_000_000n;
const FEE_ONE = 1_000_000_000n;

export function divUp(amount: bigint, by: bigint): bigint {
  return -(-amount / by);
}

/** Of a notional at a chosen leverage, at least the tier's. */
export function initialMargin(notionalE6: bigint, leverage: number, rules: Rules): bigint {
  const whole = rules.wholeTiers.findLast((tier) => notionalE6 >= tier.fromE6);
  if (whole) {
    const least = divUp(notionalE6 * whole.initialE6, ONE_E6);
    const chosen = divUp(notionalE6, BigInt(leverage));
    return least > chosen ? least : chosen;
  }
  const tier = rules.tiers.findLast((one) => notionalE6 >= one.fromE6);
  const most = Math.min(leverage, tier?.maxLeverage ?? rules.maxLeverage);
  return divUp(notionalE6, BigInt(most));
}

/** The part of the maintenance margin that grows with the notional, and what is taken off it. */
export function maintenance(notionalE6: bigint, rules: Rules): { rate: number; offE6: number } {
  const whole = rules.wholeTiers.findLast((tier) => notionalE6 >= tier.fromE6);
  if (whole) return { rate: Number(whole.maintenanceE6) / 1e6, offE6: 0 };
  let rate = 0;
  let offE6 = 0;
  for (const tier of rules.tiers) {
    if (notionalE6 < tier.fromE6) break;
    const next = 1 / (2 * tier.maxLeverage);
    offE6 += Number(tier.fromE6) * (next - rate);
    rate = next;
  }
  return { rate, offE6 };
}

export function takerFeeOf(valueE6: bigint, rules: Rules): bigint {
  return divUp(valueE6 * rules.takerFeeE9, FEE_ONE);
}

/** How many lots of an order only reduce what is held. */
export function reducible(lots: bigint, buy: boolean): bigint {
  const against = buy ? -lots : lots;
  return against > 0n ? against : 0n;
}

/** What one more order claims of the free collateral: nothing if the other side claims more. */
export function claimed(
  means: Means,
  rules: Rules,
  mark: bigint,
  order: { buy: boolean; lots: bigint; px: bigint },
): bigint {
  const { buy, lots, px } = order;
  const side = buy ? means.buys : means.sells;
  const before = claim(means, rules, mark);
  const more = { lots: side.lots + lots, valueE6: side.valueE6 + lots * px };
  const loss = lossOf(side, mark, buy) + lossOf({ lots, valueE6: lots * px }, mark, buy);
  const after = sideClaim(means, rules, mark, buy, more, loss);
  return after > before ? after - before : 0n;
}

function claim(means: Means, rules: Rules, mark: bigint): bigint {
  const size = means.lots < 0n ? -means.lots : means.lots;
  const held = means.isCross ? initialMargin(size * mark, means.leverage, rules) : 0n;
  const sides = [true, false].map((buy) => {
    const side = buy ? means.buys : means.sells;
    if (side.lots === 0n) return 0n;
    return sideClaim(means, rules, mark, buy, side, lossOf(side, mark, buy));
  });
  return [held, ...sides].reduce((most, one) => (one > most ? one : most));
}

/** What orders would lose against the mark if they were filled; a gain does not count. */
function lossOf(side: Resting, mark: bigint, buy: boolean): bigint {
  const loss = buy ? side.valueE6 - side.lots * mark : side.lots * mark - side.valueE6;
  return loss > 0n ? loss : 0n;
}

function sideClaim(
  means: Means,
  rules: Rules,
  mark: bigint,
  buy: boolean,
  side: Resting,
  loss: bigint,
): bigint {
  const rest = loss + takerFeeOf(side.valueE6, rules);
  if (means.isCross) {
    const after = buy ? means.lots + side.lots : means.lots - side.lots;
    const size = after < 0n ? -after : after;
    return initialMargin(size * mark, means.leverage, rules) + rest;
  }
  const opening = side.lots - reducible(means.lots, buy);
  if (opening <= 0n) return 0n;
  return initialMargin(opening * mark, means.leverage, rules) + rest;
}
