import { useSignal } from '@preact/signals';
import { Empty } from '../parts/Empty';
import { Tabs } from '../parts/Tabs';
import { session } from '../session/session';
import { openOrders, positions } from '../state/account';
import { OpenOrders } from './OpenOrders';
import { Positions } from './Positions';

/** What is the account's: positions, orders. */
export function AccountTabs() {
  const tab = useSignal<'positions' | 'orders'>('positions');
  return (
    <Tabs
      label="Account"
      tabs={[
        { key: 'positions', label: 'Positions', count: positions.value.length },
        { key: 'orders', label: 'Open orders', count: openOrders.value.length },
      ]}
      chosen={tab.value}
      choose={(key) => {
        tab.value = key;
      }}
    >
      {session.value ? (
        { positions: <Positions />, orders: <OpenOrders /> }[tab.value]
      ) : (
        <Empty title="Nobody is connected">
          Connect an account to see its positions and orders, and to trade.
        </Empty>
      )}
    </Tabs>
  );
}
