import { useSignal } from '@preact/signals';
import { Empty } from '../parts/Empty';
import { Tabs } from '../parts/Tabs';
import { Live } from '../parts/values/Live';
import { session } from '../session/session';
import { openOrders, positions, states, twaps } from '../state/account';
import { Balances } from './balances/Balances';
import { Fills } from './history/Fills';
import { Funding } from './history/Funding';
import { Ledger } from './history/Ledger';
import { OrderHistory } from './history/OrderHistory';
import { TwapHistory } from './history/TwapHistory';
import { OpenOrders } from './orders/OpenOrders';
import { Twaps } from './orders/Twaps';
import { Positions } from './positions/Positions';

const TABS = [
  { key: 'positions', label: 'Positions' },
  { key: 'orders', label: 'Open orders' },
  { key: 'twaps', label: 'TWAP' },
  { key: 'fills', label: 'Fills' },
  { key: 'history', label: 'Order history' },
  { key: 'funding', label: 'Funding' },
  { key: 'ledger', label: 'Ledger' },
  { key: 'balances', label: 'Balances' },
] as const;

type Key = (typeof TABS)[number]['key'];

/** What is the account's: positions, orders, what was and what it is worth. */
export function AccountTabs() {
  const tab = useSignal<Key>('positions');
  const counts: Partial<Record<Key, number>> = {
    positions: positions.value.length,
    orders: openOrders.value.length,
    twaps: twaps.value.length,
  };
  const user = session.value?.account;
  return (
    <Tabs
      label="Account"
      tabs={TABS.map((one) => ({ ...one, count: counts[one.key] ?? 0 }))}
      chosen={tab.value}
      choose={(key) => {
        tab.value = key;
      }}
    >
      {user ? (
        <Panel key={user} of={tab.value} user={user} />
      ) : (
        <Empty title="Nobody is connected">
          Connect an account to see its positions and orders, and to trade.
        </Empty>
      )}
    </Tabs>
  );
}

/** States are repeated every few seconds: their age is that of all that is followed. */
function Panel({ of, user }: { of: Key; user: string }) {
  const held = [...states.value.values()][0] ?? null;
  switch (of) {
    case 'positions':
      return <Positions />;
    case 'orders':
      return (
        <Live held={held} block>
          <OpenOrders />
        </Live>
      );
    case 'twaps':
      return (
        <>
          <Live held={held} block>
            <Twaps />
          </Live>
          <TwapHistory user={user} />
        </>
      );
    case 'fills':
      return <Fills user={user} />;
    case 'history':
      return <OrderHistory user={user} />;
    case 'funding':
      return <Funding user={user} />;
    case 'ledger':
      return <Ledger user={user} />;
    case 'balances':
      return <Balances />;
  }
}
