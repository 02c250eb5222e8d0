import { grouped } from '../../numbers/format';
import { Empty } from '../../parts/Empty';
import { Table } from '../../parts/Table';
import { Time } from '../../parts/values/Time';
import type { Exposure } from '../../wire/trust';
import css from '../trust.module.css';

/** Sizes by the price that would liquidate them, with bars (LIQ-7). */
export function Buckets({ found }: { found: Exposure }) {
  const minutes = found.delay / 60_000;
  if (found.time === null) {
    return (
      <Empty title="No measurement may be told yet">
        {`Every market is measured every five minutes, and told ${minutes} minutes later.`}
      </Empty>
    );
  }
  const most = Math.max(
    ...found.buckets.flatMap((one) => [Number(one.longSz), Number(one.shortSz)]),
    Number.MIN_VALUE,
  );
  return (
    <>
      <p class="soft">
        As of <Time ms={found.time} />, at a mark of {grouped(found.markPx)}. Prices with fewer than
        three accounts are not told apart:{' '}
        {found.elsewhere
          ? `${grouped(found.elsewhere.longSz)} long and ${grouped(found.elsewhere.shortSz)} short.`
          : 'none.'}
      </p>
      <Table
        label="Exposure by price"
        columns={[
          {
            key: 'Price from, to',
            align: 'end',
            cell: (row) => `${grouped(row.fromPx)} – ${grouped(row.toPx)}`,
          },
          {
            key: 'Longs',
            align: 'end',
            cell: (row) => <Bar text={row.longSz} most={most} side="down" />,
          },
          {
            key: 'Shorts',
            align: 'end',
            cell: (row) => <Bar text={row.shortSz} most={most} side="up" />,
          },
        ]}
        rows={found.buckets}
        rowKey={(row) => row.fromPx}
        empty={
          <Empty title="No price with three accounts">
            Single accounts are never shown by price.
          </Empty>
        }
      />
    </>
  );
}

function Bar({ text, most, side }: { text: string; most: number; side: 'up' | 'down' }) {
  return (
    <span class={css.bar}>
      <span
        class={`${css.fill} ${css[side]}`}
        style={{ transform: `scaleX(${(Number(text) / most).toFixed(3)})` }}
      />
      <span>{grouped(text)}</span>
    </span>
  );
}
