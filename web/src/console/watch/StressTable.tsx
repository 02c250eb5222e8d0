import { compare, isZero } from '../../numbers/decimal';
import { fixed, grouped, signed } from '../../numbers/format';
import { type Column, Table } from '../../parts/Table';
import type { MarketStatus } from '../../wire/types';
import type { Shock } from '../desk/reads';

interface Props {
  status: MarketStatus;
  shocks: readonly Shock[];
}

/** What moves of the mark would liquidate, each by itself, against the insurance fund. */
export function StressTable({ status, shocks }: Props) {
  const { bandLow, bandHigh, insuranceFund } = status;
  const beyond = (px: string) =>
    bandLow !== null &&
    bandHigh !== null &&
    (compare(px, bandLow) < 0 || compare(px, bandHigh) > 0);
  const columns: readonly Column<Shock>[] = [
    { key: 'Move of the mark', align: 'end', cell: (row) => `${signed(row.movePct, 0)} %` },
    { key: 'Mark then, USD', align: 'end', cell: (row) => grouped(row.px) },
    { key: 'Accounts liquidated', align: 'end', cell: (row) => row.accounts },
    { key: 'Longs, contracts', align: 'end', cell: (row) => grouped(row.longSz) },
    { key: 'Shorts, contracts', align: 'end', cell: (row) => grouped(row.shortSz) },
    { key: 'Loss beyond margin, USD', align: 'end', cell: (row) => fixed(row.shortfall, 2) },
    {
      key: 'Fund',
      cell: (row) =>
        isZero(row.shortfall) ? (
          '–'
        ) : compare(row.shortfall, insuranceFund) > 0 ? (
          <span class="down">not enough</span>
        ) : (
          'covers it'
        ),
    },
    { key: 'Band', cell: (row) => (beyond(row.px) ? 'beyond the band now' : 'inside') },
  ];
  return (
    <>
      <Table
        label={`Stress of ${status.coin}`}
        columns={columns}
        rows={shocks}
        rowKey={(row) => row.movePct}
        empty={null}
      />
      <p class="soft">
        An estimate: one move at a time, nothing traded on the way, other markets at their marks.
        Only operators can ask for it, because exact numbers would tell where others are liquidated.
      </p>
    </>
  );
}
