import type { ComponentChildren } from 'preact';
import { isZero, negated } from '../numbers/decimal';
import { fixed } from '../numbers/format';
import { Badge } from '../parts/Badge';
import { Live } from '../parts/values/Live';
import { markets } from '../state/markets';
import { type Solvency as Sheet, solvency } from '../wire/trust';
import css from './trust.module.css';
import { useRead } from './useRead';

/** What every dex holds against what it owes, to the micro-dollar (IFACE-5). */
export function Solvency() {
  const dexes = [...new Set(markets.value.map((one) => one.dex))];
  return (
    <>
      <p class="soft">
        Every dollar that came in is still there or has gone out. Profit of one is loss of another,
        so both sides are equal at every moment, not only on balance days.
      </p>
      <div class={css.sheets}>
        {dexes.map((dex) => (
          <BalanceSheet key={dex} dex={dex} />
        ))}
      </div>
    </>
  );
}

const OWED = [
  ['Accounts, with profit not yet settled', 'accounts'],
  ['Withdrawals on their way', 'pendingWithdrawals'],
  ['Fees paid', 'feesPaid'],
  ['Insurance fund', 'insuranceFund'],
  ['Rounding', 'rounding'],
] as const;

function BalanceSheet({ dex }: { dex: string }) {
  const held = useRead(() => solvency(dex), [dex]);
  const name = dex === '' ? 'Main dex' : `Dex ${dex}`;
  const sheet = held?.value;
  return (
    <section class={css.sheet} aria-label={name}>
      <h2>{name}</h2>
      {sheet ? (
        <Live held={held} block words>
          <Lines sheet={sheet} />
          {isZero(sheet.difference) ? (
            <Badge tone="good">✓ both sides are equal</Badge>
          ) : (
            <Badge tone="bad">✗ the sides differ</Badge>
          )}
        </Live>
      ) : (
        <p class="soft">Reading the books…</p>
      )}
    </section>
  );
}

function Lines({ sheet }: { sheet: Sheet }) {
  return (
    <table class={css.books}>
      <Side name="Held">
        <Line name="Deposits" amount={sheet.deposits} />
        <Line name="Withdrawals" amount={negated(sheet.withdrawals)} />
        <Line name="With the custodian" amount={sheet.custody} total />
      </Side>
      <Side name="Owed">
        {OWED.map(([name, field]) => (
          <Line key={field} name={name} amount={sheet[field]} />
        ))}
        <Line name="Difference" amount={sheet.difference} total />
      </Side>
    </table>
  );
}

function Side({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <>
      <thead>
        <tr>
          <th scope="col">{name}</th>
          <th scope="col" class={css.end}>
            USD
          </th>
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </>
  );
}

function Line({ name, amount, total }: { name: string; amount: string; total?: boolean }) {
  return (
    <tr class={total ? css.total : undefined}>
      <th scope="row">{name}</th>
      <td class={css.end}>{fixed(amount, 6)}</td>
    </tr>
  );
}
