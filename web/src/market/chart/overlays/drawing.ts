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
  let first: unknown;
  let count = 0;
  const ends = [
    effect(() => {
      if (stage.theme.value < 0) return;
      series.applyOptions({ color: colorOf(line.color, stage.chart.chartElement()) });
    }),
    effect(() => {
      const points = line.points();
      const last = points.at(-1);
      if (last && points[0]?.time === first && points.length - count <= 1 && count > 0) {
        series.update(last);
      } else series.setData(points);
      first = points[0]?.time;
      count = points.length;
    }),
  ];
  return () => {
    for (const end of ends) end();
    stage.chart.removeSeries(series);
  };
}

/** Several things drawn as one. */
export function together(...ends: (() => void)[]): () => void {
  return () => {
    for (const end of ends) end();
  };
}
