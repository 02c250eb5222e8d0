import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { href } from '../../app/router';
import { Price } from '../../market/quoting/Price';
import { priceOf } from '../../market/quoting/quoting';
import { negated } from '../../numbers/decimal';
import { fixed, grouped, percent, signed } from '../../numbers/format';
import { Empty } from '../../parts/Empty';
import { type Column, Table } from '../../parts/Table';
import { Amount } from '../../parts/values/Amount';
import { Change } from '../../parts/values/Change';
import { Live } from '../../parts/values/Live';
import { openOrders, positions, states } from '../../state/account';
import { contexts } from '../../state/markets';
import type { Position } from '../../wire/account';
import css from '../account.module.css';
import { ExitsDialog } from './ExitsDialog';
import { LeaveDialog } from './LeaveDialog';
import { liquidationPrices, watchLiquidation } from './liquidation';
import { MarginDialog } from './MarginDialog';

type Act = 'leave' | 'exits' | 'margin';

const acting = signal<{ coin: string; act: Act } | null>(null);

const COLUMNS: readonly Column<Position>[] = [
  { key: 'Market', cell: (row) => <a href={href('market', row.coin)}>{row.coin}</a> },
  {
    key: 'Size',
    align: 'end',
    cell: (row) => (
      <Change
        of={row.szi}
        text={`${row.szi.startsWith('-') ? 'Short' : 'Long'} ${grouped(row.szi.replace('-', ''))}`}
      />
    ),
  },
  { key: 'Entry', align: 'end', cell: (row) => <Price coin={row.coin} px={row.entryPx} /> },
  { key: 'Mark', align: 'end', cell: (row) => <MarkOf coin={row.coin} /> },
  {
    key: 'Liquidation, est.',
    align: 'end',
    cell: (row) => <LiquidationOf coin={row.coin} />,
  },
  {
    key: 'Value',
    align: 'end',
    cell: (row) => <Amount text={fixed(row.positionValue, 2)} unit="USD" />,
  },
  {
    key: 'Unrealised PnL',
    align: 'end',
    cell: (row) => (
      <Change
        of={row.unrealizedPnl}
        text={`${signed(row.unrealizedPnl, 2)} USD (${percent(row.returnOnEquity)})`}
      />
    ),
  },
  {
    key: 'Margin',
    align: 'end',
    cell: (row) => (
      <Amount
        text={fixed(row.marginUsed, 2)}
        unit={`USD, ${row.leverage.value}× ${row.leverage.type}`}
      />
    ),
  },
  {
    key: 'Funding',
    align: 'end',
    cell: (row) => {
      const received = negated(row.cumFunding.sinceOpen);
      return <Change of={received} text={signed(received, 2)} unit="USD" />;
    },
  },
  { key: 'TP / SL', cell: (row) => <Exits coin={row.coin} /> },
  {
    key: 'act',
    head: <span class="hidden">What to do</span>,
    align: 'end',
    cell: (row) => <Acts row={row} />,
  },
];

/** Every position of the account, in all dexes. */
export function Positions() {
  useEffect(watchLiquidation, []);
  const held = [...states.value.values()][0] ?? null;
  return (
    <>
      <Live held={held} block>
        <Table
          label="Positions"
          columns={COLUMNS}
          rows={positions.value}
          rowKey={(row) => row.coin}
          empty={
            <Empty title="No position">
              A position opens with the first fill. Its profit, margin and funding appear here.
            </Empty>
          }
        />
      </Live>
      <OpenDialog />
    </>
  );
}

/** What was asked for, as long as the position is there. */
function OpenDialog() {
  const asked = acting.value;
  const position = positions.value.find((one) => one.coin === asked?.coin);
  if (!asked || !position) return null;
  const close = () => {
    acting.value = null;
  };
  const Chosen = { leave: LeaveDialog, exits: ExitsDialog, margin: MarginDialog }[asked.act];
  return <Chosen position={position} close={close} />;
}

function Acts({ row }: { row: Position }) {
  const button = (act: Act, words: string) => (
    <button
      type="button"
      class="quiet"
      onClick={() => {
        acting.value = { coin: row.coin, act };
      }}
    >
      {words}
      <span class="hidden">{` of ${row.coin}`}</span>
    </button>
  );
  return (
    <span class={css.actions}>
      {button('leave', 'Close…')}
      {button('exits', 'TP/SL')}
      {row.leverage.type === 'isolated' ? button('margin', 'Margin') : null}
    </span>
  );
}

function MarkOf({ coin }: { coin: string }) {
  const held = contexts.value.get(coin) ?? null;
  return (
    <Live held={held}>
      <Price coin={coin} px={held?.value.markPx ?? null} />
    </Live>
  );
}

function LiquidationOf({ coin }: { coin: string }) {
  const held = liquidationPrices.value;
  const told = held?.value.get(coin);
  if (!told) return <>–</>;
  if (told.liquidationPx === null) return <>none</>;
  return (
    <Live held={held} bound={30_000}>
      {told.isOutsideBounds ? (
        <span title="Outside the discovery bounds: not to be reached while they hold">
          <Price coin={coin} px={told.liquidationPx} /> (out of bounds)
        </span>
      ) : (
        <Price coin={coin} px={told.liquidationPx} />
      )}
    </Live>
  );
}

function Exits({ coin }: { coin: string }) {
  const waiting = openOrders.value.filter((one) => one.coin === coin && one.isPositionTpsl);
  const at = (word: string) =>
    waiting
      .filter((one) => one.orderType.startsWith(word))
      .map((one) => priceOf(coin, one.triggerPx, true).text)
      .join(', ') || '–';
  return <>{`${at('Take')} / ${at('Stop')}`}</>;
}
