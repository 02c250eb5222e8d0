import { LineStyle } from 'lightweight-charts';
import { readingFactor } from '../../quoting/quoting';
import { chartTime, type Overlay } from '../stage';
import { drawLine } from './drawing';

/** The mark in force at the end of each candle. */
export const markLine: Overlay = (stage) =>
  drawLine(stage, {
    color: '--accent',
    width: 2,
    points: () =>
      stage.past.prices.value.map((point) => ({
        time: chartTime(point.t),
        value: point.mark * readingFactor.value,
      })),
  });

/** The oracle, or the index where the market has one. */
export const oracleLine: Overlay = (stage) =>
  drawLine(stage, {
    color: '--oracle',
    style: LineStyle.Dashed,
    points: () =>
      stage.past.prices.value.map((point) => ({
        time: chartTime(point.t),
        value: point.oracle * readingFactor.value,
      })),
  });
