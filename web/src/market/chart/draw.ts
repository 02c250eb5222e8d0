import { computed, effect, signal, untracked } from '@preact/signals';
import {
  CandlestickSeries,
  createChart,
  type DeepPartial,
  type IChartApi,
  type ISeriesApi,
  type TimeChartOptions,
} from 'lightweight-charts';
import { fixed } from '../../numbers/format';
import { hiddenOverlays } from '../../state/preferences';
import { inTurn } from '../../time/turns';
import type { Candle } from '../../wire/types';
import { readingFactor, shownDecimals } from '../quoting/quoting';
import { colorOf, onTheme } from './colors';
import { overlays } from './overlays/overlays';
import type { Past } from './past/past';
import { chartTime, type Stage } from './stage';
import { axisTime, crosshairTime } from './times';

const ASK_BEFORE = 20;

/** Draws a past and its overlays into an element; returns the stage and what takes it away. */
export function draw(
  element: HTMLElement,
  coin: string,
  past: Past,
  choose: (t: number) => void,
): [Stage, () => void] {
  const chart = createChart(element, FIXED);
  const candles = chart.addSeries(CandlestickSeries, { borderVisible: false });
  const theme = signal(0);
  const stage: Stage = { chart, candles, coin, past, theme };
  const ends = [
    onTheme(() => {
      paint(chart, candles, element);
      theme.value += 1;
    }),
    formatPrices(candles),
    drawCandles(candles, past),
  ];
  const stop = inTurn(
    overlays.map(({ key, overlay }) => () => {
      const shown = computed(() => !hiddenOverlays.value.has(key));
      const end = effect(() =>
        shown.value && overlay ? untracked(() => overlay(stage)) : undefined,
      );
      ends.push(end);
    }),
  );
  chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
    if (range && range.from < ASK_BEFORE) past.older();
  });
  chart.subscribeClick(({ time }) => {
    if (time !== undefined) choose(Number(time) * 1000);
  });
  return [
    stage,
    () => {
      stop();
      for (const end of ends) end();
      chart.remove();
    },
  ];
}

const FIXED: DeepPartial<TimeChartOptions> = {
  autoSize: true,
  layout: { attributionLogo: false, background: { color: 'transparent' } },
  // Wide enough that a longer price does not make all of it be drawn anew.
  rightPriceScale: { borderVisible: false, minimumWidth: 64 },
  timeScale: {
    borderVisible: false,
    timeVisible: true,
    secondsVisible: false,
    rightOffset: 4,
    tickMarkFormatter: axisTime,
  },
  localization: { timeFormatter: crosshairTime },
};

/** As many decimals as the prices of the reading that is shown have. */
function formatPrices(candles: ISeriesApi<'Candlestick'>): () => void {
  return effect(() => {
    const precision = shownDecimals.value;
    const minMove = 10 ** -precision;
    const formatter = (price: number) => fixed(price.toFixed(precision), precision);
    candles.applyOptions({ priceFormat: { type: 'custom', formatter, minMove } });
  });
}

/** Draws the newest candle alone where nothing else has changed. */
function drawCandles(candles: ISeriesApi<'Candlestick'>, past: Past): () => void {
  let drawn: readonly Candle[] = [];
  let factorDrawn = 0;
  return effect(() => {
    const rows = past.candles.value;
    const factor = readingFactor.value;
    const last = rows.at(-1);
    const isOne = rows.length - drawn.length <= 1 && rows[0]?.t === drawn[0]?.t;
    if (last && drawn.length > 0 && isOne && factor === factorDrawn) {
      candles.update(bar(last, factor));
    } else candles.setData(rows.map((row) => bar(row, factor)));
    drawn = rows;
    factorDrawn = factor;
  });
}

function bar(candle: Candle, factor: number) {
  return {
    time: chartTime(candle.t),
    open: Number(candle.o) * factor,
    high: Number(candle.h) * factor,
    low: Number(candle.l) * factor,
    close: Number(candle.c) * factor,
  };
}

function paint(chart: IChartApi, candles: ISeriesApi<'Candlestick'>, near: HTMLElement): void {
  const line = colorOf('--line', near);
  const up = colorOf('--up', near);
  const down = colorOf('--down', near);
  chart.applyOptions({
    layout: {
      textColor: colorOf('--text-soft', near),
      fontFamily: getComputedStyle(near).fontFamily,
      fontSize: 11,
    },
    grid: { vertLines: { color: line }, horzLines: { color: line } },
  });
  candles.applyOptions({ upColor: up, downColor: down, wickUpColor: up, wickDownColor: down });
}
