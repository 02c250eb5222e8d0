import { href } from '../../app/router';
import { grouped, percent, signed } from '../../numbers/format';
import { Empty } from '../../parts/Empty';
import type { Column } from '../../parts/Table';
import { Change } from '../../parts/values/Change';
import { Time } from '../../parts/values/Time';
import type { Payment } from '../../wire/account';
import { Paged } from './Paged';
import { fundingOf } from './reading';

const COLUMNS: readonly Column<Payment>[] = [
  { key: 'Time', cell: (row) => <Time ms={row.time} /> },
  {
    key: 'Market',
    cell: ({ delta }) => <a href={href('market', delta.coin)}>{delta.coin}</a>,
  },
  { key: 'Position', align: 'end', cell: ({ delta }) => grouped(delta.szi) },
  { key: 'Rate an hour', align: 'end', cell: ({ delta }) => percent(delta.fundingRate, 6) },
  {
    key: 'Payment',
    align: 'end',
    cell: ({ delta }) => <Change of={delta.usdc} text={signed(delta.usdc, 4)} unit="USD" />,
  },
];

/** Funding by the hour; what was paid is below zero. */
export function Funding({ user }: { user: string }) {
  return (
    <Paged
      label="Funding"
      of={user}
      read={fundingOf(user)}
      columns={COLUMNS}
      rowKey={(row) => `${row.time} ${row.delta.coin}`}
      empty={
        <Empty title="No funding yet">
          Every hour longs pay shorts, or shorts longs, by the rate of the hour.
        </Empty>
      }
    />
  );
}
