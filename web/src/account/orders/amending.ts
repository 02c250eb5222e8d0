import { compare, decimalsOf, isZero, minus, plus, times, typed } from '../../numbers/decimal';
import { type Grid, priceDecimals, sizeDown } from '../../numbers/rounding';
import { type Field, gridPrice, isText } from '../../ticket/checks/entered';
import { beyond, TRIGGERED_REACH_E6 } from '../../ticket/checks/prices';
import { because } from '../../ticket/checks/refusals';
import type { Order } from '../../ticket/sending/orders';
import type { OpenOrder, OrderTrigger } from '../../wire/account';
import { distanceOf, trailing } from './waiting';

/** What waits can be changed once it is known what for. */
export function isAmendable(order: OpenOrder, trigger: OrderTrigger | null): boolean {
  return !order.isTrigger || trigger !== null;
}

/** The number that is amended: the distance of what trails, the trigger of what waits, the limit. */
export function amendedPrice(order: OpenOrder, trigger: OrderTrigger | null): string {
  const trail = trailing(trigger);
  if (trail) return distanceOf(trail);
  return order.isTrigger ? order.triggerPx : order.limitPx;
}

/** An order with another price or size, or why it would be refused. */
export function amended(
  order: OpenOrder,
  asset: number,
  entered: { px: string; sz: string },
  grid: Grid,
  trigger: OrderTrigger | null,
  mark: string | null,
): Order | { reason: string } {
  const trail = trailing(trigger);
  const px = trail ? distance(entered.px, trail, grid, mark) : gridPrice(entered.px, 'price', grid);
  if (!isText(px)) return { reason: px.reason || 'Enter a price.' };
  const sz = typed(entered.sz);
  if (sz === null || sz.startsWith('-') || isZero(sz)) return { reason: because('SIZE_ZERO') };
  if (sizeDown(sz, grid) !== sz) return { reason: because('SIZE_INVALID') };
  const same = compare(px.text, amendedPrice(order, trigger)) === 0 && compare(sz, order.sz) === 0;
  if (same) return { reason: 'Nothing has changed.' };
  const buy = order.side === 'B';
  const rest = { a: asset, b: buy, s: sz, r: order.reduceOnly };
  if (!order.isTrigger) {
    const tif = order.tif === 'Alo' ? 'Alo' : 'Gtc';
    return { ...rest, p: px.text, t: { limit: { tif } } };
  }
  const isMarket = order.orderType.endsWith('Market');
  if (trail) {
    const isShare = trail.trailRate !== null;
    const away = isShare ? times(times(mark ?? '0', px.text), '0.01') : px.text;
    const start = mark === null ? null : buy ? plus(mark, away) : minus(mark, away);
    return {
      ...rest,
      p: isMarket && start ? beyond(start, buy, TRIGGERED_REACH_E6, grid) : order.limitPx,
      t: {
        trigger: {
          isMarket,
          tpsl: 'sl',
          ...(isShare ? { trailRate: times(px.text, '0.01') } : { trailPx: px.text }),
        },
      },
    };
  }
  const by = trigger?.triggerBy ?? 'mark';
  return {
    ...rest,
    p: isMarket ? beyond(px.text, buy, TRIGGERED_REACH_E6, grid) : order.limitPx,
    t: {
      trigger: {
        isMarket,
        triggerPx: px.text,
        tpsl: order.orderType.startsWith('Take') ? 'tp' : 'sl',
        ...(by === 'mark' ? {} : { triggerBy: by }),
      },
    },
  };
}

const SHARE_DECIMALS = 4;

/** A distance above nothing and below the price. */
function distance(text: string, trigger: OrderTrigger, grid: Grid, mark: string | null): Field {
  const isShare = trigger.trailRate !== null;
  const away = typed(text);
  const decimals = isShare ? SHARE_DECIMALS : priceDecimals(grid);
  const fits = away !== null && !away.startsWith('-') && !isZero(away);
  if (!fits || decimalsOf(away) > decimals) return { reason: because('TRAIL_INVALID') };
  const most = isShare ? '100' : mark;
  if (most !== null && compare(away, most) >= 0) return { reason: because('TRAIL_INVALID') };
  return { text: away };
}
