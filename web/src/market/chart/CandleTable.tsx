import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { grouped } from '../../numbers/format';
import { Empty } from '../../parts/Empty';
import { type Column, Table } from '../../parts/Table';
import { Time } from '../../parts/values/Time';
import { explain } from '../../trust/explain/asked';
import type { Candle } from '../../wire/types';
import { priceOf, readingFactor, shownUnit } from '../quoting/quoting';
import css from './chart.module.css';
import { placeOf } from './past/slots';
import { chartTime, type Stage } from './stage';

/** The candles on display as a table, newest first: what the picture shows, for reading. */
export function CandleTable({ stage }: { stage: Stage }) {
  const { past } = stage;
  const rows = past.candles.value;
  const range = useSignal(stage.chart.timeScale().getVisibleRange());
  useEffect(() => {
    range.value = stage.chart.timeScale().getVisibleRange();
  }, [rows.length]);
  const { from, to } = range.value ?? { from: 0, to: Number.POSITIVE_INFINITY };
  const shown = rows.filter(
    (row) => chartTime(row.t) >= Number(from) && chartTime(row.t) <= Number(to),
  );
  const price = (key: string, of: (row: Candle) => string | undefined): Column<Candle> => ({
    key: `${key} (${shownUnit.value})`,
    align: 'end',
    cell: (row) => {
      const px = of(row);
      return px === undefined ? '–' : priceOf(stage.coin, px).text;
    },
  });
  const point = (row: Candle) => {
    const found = past.prices.value[placeOf(past.prices.value, row.t)];
    return found?.t === row.t ? found : undefined;
  };
  const columns: Column<Candle>[] = [
    { key: 'Time', cell: (row) => <Time ms={row.t} /> },
    price('Open', (row) => row.o),
    price('High', (row) => row.h),
    price('Low', (row) => row.l),
    price('Close', (row) => row.c),
    { key: 'Volume', align: 'end', cell: (row) => grouped(row.v) },
    price('Mark', (row) => point(row)?.mark.toString()),
    price('Oracle', (row) => point(row)?.oracle.toString()),
    {
      key: 'Why',
      cell: (row) => (
        <button
          type="button"
          class="quiet"
          onClick={() => explain(stage.coin, row.t + past.length)}
        >
          Explain
        </button>
      ),
    },
  ];
  return (
    <div class={css.table}>
      <Table
        label={`Candles on display, in ${readingFactor.value === 1 ? 'quoted prices' : 'estimates'}`}
        columns={columns}
        rows={[...shown].reverse()}
        rowKey={(row) => row.t}
        pageSize={50}
        empty={
          <Empty title="No candle on display">A candle stands here with the first trade.</Empty>
        }
      />
    </div>
  );
}
