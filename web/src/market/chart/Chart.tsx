import {
  CandlestickSeries,
  createChart,
  type DeepPartial,
  type IChartApi,
  type TimeChartOptions,
} from 'lightweight-charts';
import { useEffect, useRef, useState } from 'preact/hooks';
import { priceDecimals } from '../../numbers/rounding';
import { grid } from '../../state/markets';
import { interval } from '../../state/preferences';
import css from './chart.module.css';
import { colorOf, onTheme } from './colors';
import { feedCandles } from './feed';
import { IntervalSwitch } from './IntervalSwitch';
import { overlays } from './overlays';
import { axisTime, crosshairTime } from './times';

const DECIMALS_SHOWN = 3;

/** Candles of a market, with everything that is drawn over them. */
export function Chart({ coin }: { coin: string }) {
  const place = useRef<HTMLDivElement>(null);
  const [count, setCount] = useState<number | null | 'reading'>('reading');
  const chosen = interval.value;
  const decimals = grid.value ? Math.min(DECIMALS_SHOWN, priceDecimals(grid.value)) : 2;
  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    setCount('reading');
    const chart = createChart(element, FIXED);
    const candles = chart.addSeries(CandlestickSeries, {
      priceFormat: { type: 'price', precision: decimals, minMove: 10 ** -decimals },
    });
    const ends = [
      onTheme(() => paint(chart, element, (colors) => candles.applyOptions(colors))),
      feedCandles(candles, coin, chosen, setCount),
      ...overlays.map((overlay) => overlay({ chart, candles, coin })),
    ];
    return () => {
      for (const end of ends) end();
      chart.remove();
    };
  }, [coin, chosen, decimals]);
  return (
    <>
      <div class={css.tools}>
        <IntervalSwitch />
        <a class={css.credit} href="https://www.tradingview.com/" target="_blank" rel="noreferrer">
          Chart by TradingView
        </a>
      </div>
      <div class={css.place}>
        <div ref={place} class={css.canvas} role="img" aria-label={`Candles of ${coin}`} />
        {count === 0 ? <p class={css.note}>A candle stands here with the first trade.</p> : null}
        {count === null ? <p class={css.note}>The history could not be read.</p> : null}
      </div>
    </>
  );
}

const FIXED: DeepPartial<TimeChartOptions> = {
  autoSize: true,
  layout: { attributionLogo: false, background: { color: 'transparent' } },
  rightPriceScale: { borderVisible: false },
  timeScale: {
    borderVisible: false,
    timeVisible: true,
    secondsVisible: false,
    rightOffset: 4,
    tickMarkFormatter: axisTime,
  },
  localization: { timeFormatter: crosshairTime },
};

interface CandleColors {
  upColor: string;
  downColor: string;
  wickUpColor: string;
  wickDownColor: string;
  borderVisible: boolean;
}

function paint(chart: IChartApi, near: HTMLElement, candles: (colors: CandleColors) => void): void {
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
  candles({
    upColor: up,
    downColor: down,
    wickUpColor: up,
    wickDownColor: down,
    borderVisible: false,
  });
}
