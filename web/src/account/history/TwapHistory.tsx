import type { Column } from '../../parts/Table';
import { Time } from '../../parts/values/Time';
import { twaps } from '../../state/account';
import type { PastTwap } from '../../wire/account';
import { twapColumns } from '../orders/Twaps';
import { Paged } from './Paged';
import { twapsOf } from './reading';

const COLUMNS: readonly Column<PastTwap>[] = [
  { key: 'Time', cell: (row) => <Time ms={row.time * 1000} /> },
  ...twapColumns<PastTwap>((row) => row.state),
  { key: 'State', cell: (row) => WORDS[row.status.status] ?? row.status.status },
];

const WORDS: Record<string, string> = {
  waitingForTrigger: 'waits for its price',
  activated: 'begun',
  stopped: 'ended at its price',
  finished: 'finished',
  terminated: 'ended early',
};

/** How TWAP orders began and ended, below those that run. */
export function TwapHistory({ user }: { user: string }) {
  return (
    <Paged
      label="TWAP history"
      of={`${user} ${twaps.value.map(([id]) => id).join()}`}
      read={twapsOf(user)}
      columns={COLUMNS}
      rowKey={(row) => `${row.twapId} ${row.time} ${row.status.status}`}
      empty={null}
    />
  );
}
