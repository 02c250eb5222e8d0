import { effect } from '@preact/signals';
import {
  type DeepPartial,
  type LineData,
  LineSeries,
  type LineSeriesPartialOptions,
  LineStyle,
  type LineWidth,
  type UTCTimestamp,
} from 'lightweight-charts';
import { colorOf } from '../colors';
import type { Stage } from '../stage';

export interface Line {
  /** A token such as `--accent`. */
  color: string;
  style?: LineStyle;
  width?: LineWidth;
  steps?: boolean;
  /** Whether the scale makes room for it. */
  fits?: () => boolean;
  points: () => LineData<UTCTimestamp>[];
}

const WITH_STEPS = 1;

/** A line that follows its points; only the newest is drawn again where only that has changed. */
export function drawLine(stage: Stage, line: Line): () => void {
  const { fits } = line;
  const options: DeepPartial<LineSeriesPartialOptions> = {
    lineWidth: line.width ?? 1,
    lineStyle: line.style ?? LineStyle.Solid,
    ...(line.steps ? { lineType: WITH_STEPS } : {}),
    priceLineVisible: false,
    lastValueVisible: false,
    crosshairMarkerVisible: false,
    ...(fits
      ? { autoscaleInfoProvider: (own: () => unknown) => (fits() ? own() : null) as never }
      : {}),
  };
  const series = stage.chart.addSeries(LineSeries, options as LineSeriesPartialOptions);
  let drawn: readonly LineData<UTCTimestamp>[] = [];
  const ends = [
    effect(() => {
      if (stage.theme.value < 0) return;
      series.applyOptions({ color: colorOf(line.color, stage.chart.chartElement()) });
    }),
    effect(() => {
      const points = line.points();
      const last = points.at(-1);
      if (last && onlyNewestDiffers(drawn, points)) series.update(last);
      else series.setData(points);
      drawn = points;
    }),
  ];
  return () => {
    for (const end of ends) end();
    stage.chart.removeSeries(series);
  };
}

/** Whether a line goes on as it was drawn; in another unit it does not. */
export function onlyNewestDiffers(
  before: readonly LineData<UTCTimestamp>[],
  after: readonly LineData<UTCTimestamp>[],
): boolean {
  const more = after.length - before.length;
  if (before.length === 0 || more < 0 || more > 1) return false;
  return before
    .slice(0, -1)
    .every((one, place) => one.time === after[place]?.time && one.value === after[place]?.value);
}

/** Several things drawn as one. */
export function together(...ends: (() => void)[]): () => void {
  return () => {
    for (const end of ends) end();
  };
}
