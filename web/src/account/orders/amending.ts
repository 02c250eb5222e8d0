import { compare, isZero, typed } from '../../numbers/decimal';
import { type Grid, sizeDown } from '../../numbers/rounding';
import { gridPrice, isText } from '../../ticket/checks/entered';
import { beyond, TRIGGERED_REACH_E6 } from '../../ticket/checks/prices';
import { because } from '../../ticket/checks/refusals';
import type { Order } from '../../ticket/sending/orders';
import type { OpenOrder, OrderTrigger } from '../../wire/account';

/** Orders that can be changed: one that trails has no price of its own. */
export function isAmendable(order: OpenOrder): boolean {
  return !order.orderType.startsWith('Trailing');
}

/** The price that is amended: the trigger of what waits, else the limit. */
export function amendedPrice(order: OpenOrder): string {
  return order.isTrigger ? order.triggerPx : order.limitPx;
}

/** An order with another price or size, or why it would be refused. */
export function amended(
  order: OpenOrder,
  asset: number,
  entered: { px: string; sz: string },
  grid: Grid,
  trigger: OrderTrigger | null,
): Order | { reason: string } {
  const px = gridPrice(entered.px, 'price', grid);
  if (!isText(px)) return { reason: px.reason || 'Enter a price.' };
  const sz = typed(entered.sz);
  if (sz === null || sz.startsWith('-') || isZero(sz)) return { reason: because('SIZE_ZERO') };
  if (sizeDown(sz, grid) !== sz) return { reason: because('SIZE_INVALID') };
  const same = compare(px.text, amendedPrice(order)) === 0 && compare(sz, order.sz) === 0;
  if (same) return { reason: 'Nothing has changed.' };
  const buy = order.side === 'B';
  const rest = { a: asset, b: buy, s: sz, r: order.reduceOnly };
  if (!order.isTrigger) {
    const tif = order.tif === 'Alo' ? 'Alo' : 'Gtc';
    return { ...rest, p: px.text, t: { limit: { tif } } };
  }
  const isMarket = order.orderType.endsWith('Market');
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
