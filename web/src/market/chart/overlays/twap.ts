import { computed, effect } from '@preact/signals';
import { LineStyle } from 'lightweight-charts';
import { status } from '../../../state/live';
import { readingFactor } from '../../quoting/quoting';
import { colorOf } from '../colors';
import type { Overlay } from '../stage';

/** What the market would settle at: the average of the mark since the launch, to date (LIFE-4). */
export const twapLine: Overlay = ({ candles, chart, coin, theme }) => {
  const price = computed(() => {
    const now = status.value?.value;
    return now?.coin === coin ? (now.settlementPx ?? now.twapToDate) : null;
  });
  return effect(() => {
    if (price.value === null || theme.value < 0) return undefined;
    const line = candles.createPriceLine({
      price: Number(price.value) * readingFactor.value,
      color: colorOf('--warn', chart.chartElement()),
      lineWidth: 1,
      lineStyle: LineStyle.LargeDashed,
      title: status.peek()?.value.settlementPx ? 'settled' : 'TWAP',
    });
    return () => candles.removePriceLine(line);
  });
};
