import { effect } from '@preact/signals';
import { LineStyle } from 'lightweight-charts';
import { ownOrders } from '../../../state/account';
import { readingFactor } from '../../quoting/quoting';
import { colorOf } from '../colors';
import type { Overlay } from '../stage';

/** A line at each of one's own orders. */
export const orderLines: Overlay = ({ candles, chart, coin, theme }) =>
  effect(() => {
    if (theme.value < 0) return undefined;
    const lines = ownOrders.value
      .filter((order) => order.coin === coin)
      .map((order) =>
        candles.createPriceLine({
          price: Number(order.isTrigger ? order.triggerPx : order.limitPx) * readingFactor.value,
          color: colorOf(order.side === 'B' ? '--up' : '--down', chart.chartElement()),
          lineWidth: 1,
          lineStyle: LineStyle.Dashed,
          title: `${order.side === 'B' ? 'buy' : 'sell'} ${order.sz}`,
        }),
      );
    return () => {
      for (const line of lines) candles.removePriceLine(line);
    };
  });
