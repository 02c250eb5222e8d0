import { computed, effect } from '@preact/signals';
import { createSeriesMarkers, LineStyle, type SeriesMarker, type Time } from 'lightweight-charts';
import { fills, positions } from '../../../state/account';
import { readingFactor } from '../../quoting/quoting';
import { colorOf } from '../colors';
import { placeOf } from '../past/slots';
import { chartTime, type Overlay, type Stage } from '../stage';
import { together } from './drawing';

/** Where one's position was entered, and the fills that made it. */
export const ownTrades: Overlay = (stage) => together(entryLine(stage), fillMarks(stage));

function entryLine({ candles, chart, coin, theme }: Stage): () => void {
  const entry = computed(() => {
    const held = positions.value.find((one) => one.coin === coin);
    return held ? `${held.entryPx} ${held.szi}` : null;
  });
  return effect(() => {
    const [px, szi] = entry.value?.split(' ') ?? [];
    if (!px || !szi || theme.value < 0) return undefined;
    const short = szi.startsWith('-');
    const line = candles.createPriceLine({
      price: Number(px) * readingFactor.value,
      color: colorOf('--text-soft', chart.chartElement()),
      lineWidth: 1,
      lineStyle: LineStyle.SparseDotted,
      title: `entry, ${short ? 'short' : 'long'} ${szi.replace('-', '')}`,
    });
    return () => candles.removePriceLine(line);
  });
}

function fillMarks({ candles, chart, coin, past, theme }: Stage): () => void {
  const marks = createSeriesMarkers(candles, []);
  const end = effect(() => {
    if (theme.value < 0) return;
    const own = fills.value.filter((fill) => fill.coin === coin).reverse();
    if (own.length === 0 && marks.markers().length === 0) return;
    const rows = past.candles.value;
    const near = chart.chartElement();
    const [up, down] = [colorOf('--up', near), colorOf('--down', near)];
    const drawn = new Map<string, SeriesMarker<Time>>();
    for (const fill of own) {
      const t = rows[placeOf(rows, fill.time)]?.t;
      if (t === undefined) continue;
      const bought = fill.side === 'B';
      drawn.set(`${t} ${fill.side}`, {
        time: chartTime(t),
        position: bought ? 'belowBar' : 'aboveBar',
        shape: bought ? 'arrowUp' : 'arrowDown',
        color: bought ? up : down,
      });
    }
    marks.setMarkers([...drawn.values()]);
  });
  return together(end, () => marks.detach());
}
