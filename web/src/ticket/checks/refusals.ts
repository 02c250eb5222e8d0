/** The venue's refusals that can be foreseen, in its own words (docs/reference/refusals.md). */
export const REFUSALS = {
  TRADING_HALTED: 'Trading is halted.',
  CANCEL_ONLY_NOW: 'Only cancels are taken now.',
  SIZE_INVALID: 'The size has more digits than a lot.',
  SIZE_ZERO: 'The size is zero.',
  PRICE_INVALID: 'The price is not positive, or too large to be held.',
  PRICE_OFF_TICK: 'The price is off the tick.',
  PRICE_TOO_FAR: 'The price is more than 95 % away from the reference.',
  VALUE_TOO_SMALL: 'The order is worth less than the minimum.',
  TOO_MANY_OPEN_ORDERS: 'The account has as many open orders as it may.',
  TRIGGER_PRICE_INVALID: 'The trigger would fire at once or has no valid price.',
  REDUCE_ONLY_INCREASES: 'A reduce-only order would increase the position.',
  POST_ONLY_CROSSES: 'A post-only order would match at once.',
  POST_ONLY_NOW: 'Only post-only orders are taken now.',
  INSUFFICIENT_MARGIN: 'The margin does not cover the order.',
  NOTHING_TO_MATCH: 'Nothing rests at the limit or better.',
  NO_LIQUIDITY: 'The opposite side of the book is empty.',
  OPEN_INTEREST_CAPPED: 'Open interest is at its cap.',
  POSITION_LIMIT: 'The position would exceed its limit.',
  OUTSIDE_BAND: 'The price lies outside the discovery band.',
  SIZE_TOO_LARGE: 'The size is larger than an order may be.',
  MARKET_NOT_TRADING: 'The market is not in a trading phase.',
  TRAIL_INVALID: 'A trailing stop needs one distance, above nothing and below the price.',
  OWNER_SHARE_REACHED: "The owner's share of the open-interest cap is used up.",
  TWAP_DURATION_INVALID: 'A TWAP order takes from 5 minutes to 7 days.',
  TWAP_VALUE_TOO_SMALL: 'The TWAP order is worth less than the minimum a minute.',
  TOO_MANY_TWAPS: 'The account has as many running TWAP orders as it may.',
  AUCTION_TAKES_LIMITS: 'The call auction takes only limit orders that may rest.',
  PRICES_AWAITED: 'After a restart nothing trades before the first fresh price.',
  BEYOND_ORACLE_AT_CAP: 'At the cap of open interest no price may go beyond the oracle.',
  DEX_INTEREST_CAPPED: 'Open interest of the dex is at its cap.',
  TWAP_PRICE_INVALID: "A TWAP order's trigger or stop price is off the tick or reached already.",
  NOT_FULLY_MATCHED: 'The whole size can not be matched at once.',
} as const;

export type Refusal = keyof typeof REFUSALS;

/** A refusal's sentence, and what it means here. */
export function because(refusal: Refusal, detail = ''): string {
  return detail ? `${REFUSALS[refusal]} ${detail}` : REFUSALS[refusal];
}
