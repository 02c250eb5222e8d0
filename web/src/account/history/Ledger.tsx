import { isDecimal } from '../../numbers/decimal';
import { fixed } from '../../numbers/format';
import { Empty } from '../../parts/Empty';
import type { Column } from '../../parts/Table';
import { Amount } from '../../parts/values/Amount';
import { Time } from '../../parts/values/Time';
import type { LedgerUpdate } from '../../wire/account';
import { Paged } from './Paged';
import { ledgerOf } from './reading';

const COLUMNS: readonly Column<LedgerUpdate>[] = [
  { key: 'Time', cell: (row) => <Time ms={row.time} /> },
  { key: 'What', cell: ({ delta }) => kind(delta.type) },
  {
    key: 'Amount',
    align: 'end',
    cell: ({ delta }) => <Amount text={fixed(amount(delta), 2)} unit="USD" />,
  },
  { key: 'Details', cell: ({ delta }) => details(delta) },
];

/** Deposits, withdrawals, transfers, liquidations: what moves money beside trades and funding. */
export function Ledger({ user }: { user: string }) {
  return (
    <Paged
      label="Ledger"
      of={user}
      read={ledgerOf(user)}
      columns={COLUMNS}
      rowKey={(row) => `${row.time} ${row.hash} ${JSON.stringify(row.delta)}`}
      empty={
        <Empty title="Nothing moved yet">
          Deposits, withdrawals and transfers between dexes are listed here.
        </Empty>
      }
    />
  );
}

function amount(delta: LedgerUpdate['delta']): string | null {
  const found = delta.usdc ?? delta.amount ?? delta.accountValue;
  return typeof found === 'string' && isDecimal(found) ? found : null;
}

/** `subAccountTransfer` → `Sub account transfer`. */
function kind(type: string): string {
  const words = type.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The rest of what the venue says of it, except what is shown beside it. */
function details(delta: LedgerUpdate['delta']): string {
  const shown = ['type', 'usdc', 'amount', 'usdcValue', 'accountValue', 'token', 'nonce'];
  return Object.entries(delta)
    .filter(([name, value]) => !shown.includes(name) && typeof value === 'string' && value !== '')
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join(', ');
}
