import { compare, isZero, minus, plus, times } from '../../../numbers/decimal';
import { fixed, grouped } from '../../../numbers/format';
import { Amount } from '../../../parts/values/Amount';
import type { Outcome as Found, Side } from '../../desk/reads';
import css from '../../form.module.css';

type Rows = readonly (readonly [string, (side: Side) => string])[];

const ROWS: Rows = [
  ['Accounts', (side) => String(side.accounts)],
  ['Size, contracts', (side) => grouped(side.sz)],
  ['Average entry, USD', (side) => entry(side.entryPx)],
  ['Gain of those that gain, USD', (side) => fixed(side.gained, 2)],
  ['Loss of those that lose, USD', (side) => fixed(side.lost, 2)],
  ['Funding not settled yet, USD', (side) => fixed(side.funding, 2)],
  ['Ruined accounts', (side) => String(side.ruined)],
  ['Owed by them beyond margin, USD', (side) => fixed(side.deficit, 2)],
];

/** What closing every position at one price pays, in total and by side. */
export function Payouts({ found }: { found: Found }) {
  const ruined = found.long.ruined + found.short.ruined;
  const gained = fixed(plus(found.long.gained, found.short.gained), 2);
  const lost = fixed(plus(found.long.lost, found.short.lost), 2);
  return (
    <>
      <p>
        <ClosesAt found={found} />
        {gained === lost
          ? `${gained} USD are gained and as much is lost.`
          : `${gained} USD are gained and ${lost} USD lost since entry; what differs has been paid by earlier trades.`}
      </p>
      <Sides found={found} rows={ROWS} />
      {ruined > 0 ? (
        <p class={css.warn}>
          {`${ruined} ${ruined === 1 ? 'account is' : 'accounts are'} ruined and would owe ${fixed(found.deficit, 2)} USD. `}
          {`The insurance fund has ${fixed(found.insuranceFund, 2)} USD; `}
          {isZero(found.borneByOthers)
            ? 'it covers that.'
            : `${fixed(found.borneByOthers, 2)} USD are borne by the other side, whose positions close at worse than the settlement price.`}
        </p>
      ) : (
        <p class="soft">Nobody would owe anything; the insurance fund is not needed.</p>
      )}
    </>
  );
}

/** A part of each position closes and the rest goes on: estimates, for parts are whole lots. */
export function Parts({ found, part }: { found: Found; part: string }) {
  const rest = minus('1', part);
  const rows: Rows = [
    ['Accounts', (side) => String(side.accounts)],
    ['Size that closes, contracts', (side) => `≈ ${grouped(times(side.sz, part))}`],
    ['Size that goes on, contracts', (side) => `≈ ${grouped(times(side.sz, rest))}`],
    ['Gain paid now, USD', (side) => `≈ ${fixed(times(side.gained, part), 2)}`],
    ['Loss taken now, USD', (side) => `≈ ${fixed(times(side.lost, part), 2)}`],
  ];
  return (
    <>
      <p>
        <ClosesAt found={found} />
        {`${grouped(part)} of each closes, ${grouped(rest)} goes on.`}
      </p>
      <Sides found={found} rows={rows} />
      {isZero(found.deficit) ? null : (
        <p class={css.warn}>
          {`With that part closed ${found.long.ruined + found.short.ruined} would be ruined and owe ${fixed(found.deficit, 2)} USD. `}
          {`The insurance fund has ${fixed(found.insuranceFund, 2)} USD, the other side bears ${fixed(found.borneByOthers, 2)} USD.`}
        </p>
      )}
    </>
  );
}

function ClosesAt({ found }: { found: Found }) {
  return (
    <>
      {'Positions close at '}
      <strong>{`${grouped(found.px)} USD`}</strong>
      {` (mark ${grouped(found.markPx)} USD). `}
    </>
  );
}

interface SidesProps {
  found: Found;
  rows: Rows;
}

function Sides({ found, rows }: SidesProps) {
  return (
    <table class={css.sides}>
      <thead>
        <tr>
          <th scope="col">Totals</th>
          <th scope="col">Long</th>
          <th scope="col">Short</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([label, of]) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            <td>
              <Amount text={of(found.long)} />
            </td>
            <td>
              <Amount text={of(found.short)} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface UnitsProps {
  found: Found;
  numerator: string;
  denominator: string;
}

/** Old and new units side by side: what a ratio makes of sizes and prices. */
export function Units({ found, numerator, denominator }: UnitsProps) {
  const factor = Number(numerator) / Number(denominator);
  const size = (sz: string) =>
    denominator === '1' ? grouped(times(sz, numerator)) : about(Number(sz) * factor);
  const price = (px: string | null) => (px === null ? '–' : about(Number(px) / factor));
  const lines: readonly [string, string, string][] = [
    ['Mark, USD', grouped(found.markPx), price(found.markPx)],
    ['Long size, contracts', grouped(found.long.sz), size(found.long.sz)],
    ['Short size, contracts', grouped(found.short.sz), size(found.short.sz)],
    ['Long entry, USD', entry(found.long.entryPx), price(found.long.entryPx)],
    ['Short entry, USD', entry(found.short.entryPx), price(found.short.entryPx)],
  ];
  return (
    <table class={css.sides}>
      <thead>
        <tr>
          <th scope="col">{`${found.long.accounts} long and ${found.short.accounts} short`}</th>
          <th scope="col">Old unit</th>
          <th scope="col">New unit</th>
        </tr>
      </thead>
      <tbody>
        {lines.map(([label, before, after]) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            <td>{before}</td>
            <td>{after}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Who goes on, by side, where positions stay. */
export function Staying({ found }: { found: Found }) {
  const rows = ROWS.slice(0, 3);
  return (
    <>
      <Sides found={found} rows={rows} />
      <p class="soft">
        {compare(found.px, found.markPx) === 0
          ? `The mark is ${grouped(found.markPx)} USD.`
          : `The first price is ${grouped(found.px)} USD a contract, the mark ${grouped(found.markPx)} USD: it moves there by steps.`}
      </p>
    </>
  );
}

/** An average has more decimals than anybody reads. */
function entry(px: string | null): string {
  return px === null ? '–' : grouped(px.replace(/(\.\d{4})\d+$/, '$1'));
}

function about(value: number): string {
  return `≈ ${grouped(String(Number(value.toPrecision(9))))}`;
}
