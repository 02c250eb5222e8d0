import { signal } from '@preact/signals';
import { fixed } from '../../numbers/format';
import { Empty } from '../../parts/Empty';
import { type Column, Table } from '../../parts/Table';
import { Amount } from '../../parts/values/Amount';
import { Live } from '../../parts/values/Live';
import { states } from '../../state/account';
import type { Clearinghouse } from '../../wire/account';
import css from '../account.module.css';
import { TransferDialog } from './TransferDialog';
import { WithdrawDialog } from './WithdrawDialog';

interface Row {
  dex: string;
  state: Clearinghouse;
}

const moving = signal<'transfer' | 'withdraw' | null>(null);

const usd = (text: string) => <Amount text={fixed(text, 2)} unit="USD" />;

const COLUMNS: readonly Column<Row>[] = [
  { key: 'Dex', cell: (row) => dexName(row.dex) },
  {
    key: 'Account value',
    align: 'end',
    cell: ({ state }) => usd(state.marginSummary.accountValue),
  },
  { key: 'Positions', align: 'end', cell: ({ state }) => usd(state.marginSummary.totalNtlPos) },
  {
    key: 'Margin used',
    align: 'end',
    cell: ({ state }) => usd(state.marginSummary.totalMarginUsed),
  },
  { key: 'May leave', align: 'end', cell: ({ state }) => usd(state.withdrawable) },
];

/** Collateral by dex, and the ways to move it. */
export function Balances() {
  const rows = [...states.value].map(([dex, held]) => ({ dex, state: held.value }));
  const held = [...states.value.values()][0] ?? null;
  const close = () => {
    moving.value = null;
  };
  return (
    <>
      <div class={css.bar}>
        {rows.length > 1 ? (
          <button
            type="button"
            class="quiet"
            onClick={() => {
              moving.value = 'transfer';
            }}
          >
            Transfer…
          </button>
        ) : null}
        <button
          type="button"
          class="quiet"
          onClick={() => {
            moving.value = 'withdraw';
          }}
        >
          Withdraw…
        </button>
      </div>
      <Live held={held} block>
        <Table
          label="Balances"
          columns={COLUMNS}
          rows={rows}
          rowKey={(row) => row.dex}
          empty={
            <Empty title="No collateral yet">
              The custodian of the venue credits what you pay in; it appears here.
            </Empty>
          }
        />
      </Live>
      {moving.value === 'transfer' ? <TransferDialog close={close} /> : null}
      {moving.value === 'withdraw' ? <WithdrawDialog close={close} /> : null}
    </>
  );
}

export function dexName(dex: string): string {
  return dex === '' ? 'main' : dex;
}
