import { computed, effect, signal } from '@preact/signals';
import { type LineData, LineStyle, type UTCTimestamp } from 'lightweight-charts';
import { status } from '../../../state/live';
import { spec } from '../../../state/markets';
import { fitBand } from '../../../state/preferences';
import { reAnchors } from '../../../wire/reads';
import type { MarketStatus, ReAnchor } from '../../../wire/types';
import { readingFactor } from '../../quoting/quoting';
import { sinceFactor } from '../past/slots';
import { chartTime, type Overlay, type Stage } from '../stage';
import { drawLine, together } from './drawing';

type Edge = 'low' | 'high' | 'reference';

/** Bounds from a time on; floats, for pixels. */
export interface Bounds extends Record<Edge, number> {
  readonly t: number;
  readonly direction: ReAnchor['direction'] | null;
}

/** The discovery band with its re-anchors, or the clamp around the index. */
export const bounds: Overlay = (stage) => {
  const hasIndex = computed(() => spec.value?.specification.index !== null);
  let drawn: (() => void) | undefined;
  const end = effect(() => {
    drawn?.();
    if (spec.value) drawn = hasIndex.value ? clamp(stage) : band(stage);
  });
  return together(end, () => drawn?.());
};

/** PRICE-9: the mark stays so near the index. */
function clamp(stage: Stage): () => void {
  const edge = (sign: number) =>
    drawLine(stage, {
      color: '--bound',
      style: LineStyle.Dotted,
      fits: () => fitBand.peek() === 'band',
      points: () => {
        const width = Number(spec.value?.specification.index?.mark_width_e12 ?? 0) / 1e12;
        const factor = (1 + sign * width) * readingFactor.value;
        return stage.past.prices.value.map((point) => ({
          time: chartTime(point.t),
          value: point.oracle * factor,
        }));
      },
    });
  return together(edge(-1), edge(1), rescaled(stage));
}

/** PRICE-10, PRICE-11: oracle and mark are confined to it; orders are not. */
function band(stage: Stage): () => void {
  const moved = signal<readonly ReAnchor[]>([]);
  let ended = false;
  const asked = effect(() => {
    const known = status.value?.value.reAnchors;
    void `${known?.up} ${known?.down}`;
    reAnchors(stage.coin).then(
      (rows) => {
        if (!ended && rows.length !== moved.peek().length) moved.value = rows;
      },
      () => undefined,
    );
  });
  const steps = computed(() => stepsOf(moved.value, status.value?.value ?? null));
  const edge = (name: Edge, color: string, style: LineStyle) =>
    drawLine(stage, {
      color,
      style,
      steps: true,
      fits: () => fitBand.peek() === 'band' && name !== 'reference',
      points: () => stretched(stage, steps.value, name),
    });
  return together(
    () => {
      ended = true;
    },
    asked,
    edge('low', '--bound', LineStyle.Solid),
    edge('high', '--bound', LineStyle.Solid),
    edge('reference', '--bound', LineStyle.Dotted),
    rescaled(stage),
  );
}

/** The bounds over time: what re-anchors made of those of the launch, and what is in force. */
export function stepsOf(moved: readonly ReAnchor[], now: MarketStatus | null): readonly Bounds[] {
  const rebases = spec.value?.rebases ?? [];
  const found: Bounds[] = moved.map((row) => {
    const factor = sinceFactor(row.time, rebases);
    return {
      t: row.time,
      low: Number(row.bandLow) * factor,
      high: Number(row.bandHigh) * factor,
      reference: Number(row.referencePx) * factor,
      direction: row.direction,
    };
  });
  if (!now?.bandLow || !now.bandHigh || !now.referencePx) return found;
  const inForce = {
    low: Number(now.bandLow),
    high: Number(now.bandHigh),
    reference: Number(now.referencePx),
  };
  const first = found[0];
  const launch = now.launchTime ?? 0;
  if (!first) return [{ t: launch, ...inForce, direction: null }];
  const width = (inForce.high - inForce.low) / 2 / inForce.reference;
  const reference =
    first.direction === 'up' ? first.reference / (1 + width) : first.reference / (1 - width);
  if (first.direction === 'outside') return found;
  const low = reference * (1 - width);
  return [{ t: launch, low, high: reference * (1 + width), reference, direction: null }, ...found];
}

/** A point for each candle's time, so that the scale knows what is on display. */
function stretched(stage: Stage, steps: readonly Bounds[], name: Edge): LineData<UTCTimestamp>[] {
  let at = 0;
  const found: LineData<UTCTimestamp>[] = [];
  for (const { t } of stage.past.prices.value) {
    const end = t + stage.past.length;
    while (at + 1 < steps.length && (steps[at + 1]?.t ?? 0) < end) at += 1;
    const step = steps[at];
    if (!step || step.t >= end) continue;
    found.push({ time: chartTime(t), value: step[name] * readingFactor.value });
  }
  return found;
}

/** Asks for a new scale when the choice changes. */
function rescaled({ chart, candles }: Stage): () => void {
  return effect(() => {
    void fitBand.value;
    candles.priceScale().applyOptions({ autoScale: true });
    chart.timeScale().applyOptions({});
  });
}
