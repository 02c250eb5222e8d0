import type { Signal } from '@preact/signals';
import { grouped } from '../../numbers/format';
import { venueNow } from '../../time/clock';
import { explain } from '../../trust/explain/asked';
import { readingFactor, shownUnit } from '../quoting/quoting';
import { candleWords, placeOf } from './past/slots';
import { chartTime, type Stage } from './stage';
import { crosshairTime } from './times';

const FAR = 10;

/** Moves the choice of a candle by keys; Enter asks what its price was made of. */
export function moveCursor(
  event: KeyboardEvent,
  stage: Stage,
  chosen: Signal<number | null>,
): void {
  const points = stage.past.prices.peek();
  const last = points.length - 1;
  if (last < 0) return;
  if (event.key === 'Enter') {
    const t = chosen.peek() ?? points[last]?.t ?? venueNow();
    event.preventDefault();
    explain(stage.coin, t + stage.past.length);
    return;
  }
  const at = chosen.peek() === null ? last + 1 : placeOf(points, chosen.peek() ?? 0);
  const far = event.shiftKey ? FAR : 1;
  const to = {
    ArrowLeft: at - far,
    ArrowRight: at + far,
    Home: 0,
    End: last,
    Escape: Number.NaN,
  }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  if (Number.isNaN(to)) {
    chosen.value = null;
    stage.chart.clearCrosshairPosition();
    return;
  }
  const point = points[Math.max(0, Math.min(last, to))];
  if (!point) return;
  chosen.value = point.t;
  reveal(stage, point.t, point.mark);
}

function reveal({ chart, candles }: Stage, t: number, mark: number): void {
  const scale = chart.timeScale();
  const time = chartTime(t);
  const range = scale.getVisibleLogicalRange();
  const place = scale.timeToIndex(time, true);
  if (range && place !== null && (place < range.from || place > range.to)) {
    const half = (range.to - range.from) / 2;
    scale.setVisibleLogicalRange({ from: place - half, to: place + half });
  }
  chart.setCrosshairPosition(mark * readingFactor.peek(), time, candles);
}

/** What stands at a candle's time, in words. */
export function wordsAt(stage: Stage, t: number): string {
  const point = stage.past.prices.value[placeOf(stage.past.prices.value, t)];
  const candle = stage.past.candles.value.find((row) => row.t === t);
  const when = crosshairTime((t / 1000) as never);
  const price = (value: number) =>
    `${grouped(String(Number((value * readingFactor.value).toPrecision(7))))} ${shownUnit.value}`;
  const parts = [when];
  if (point) parts.push(`mark ${price(point.mark)}, oracle ${price(point.oracle)}`);
  parts.push(candle ? candleWords(candle) : 'no trade');
  return `${parts.join('; ')}. Enter explains the price.`;
}
