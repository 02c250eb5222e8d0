import { useSignal } from '@preact/signals';
import { grouped } from '../numbers/format';
import { priceUnitOf } from '../numbers/valuation';
import { Empty } from '../parts/Empty';
import parts from '../parts/parts.module.css';
import { type Column, Table } from '../parts/Table';
import { Amount } from '../parts/values/Amount';
import { Live } from '../parts/values/Live';
import { Time } from '../parts/values/Time';
import { venueNow } from '../time/clock';
import { marketSpec, marketStatus, reAnchors } from '../wire/reads';
import { budget } from '../wire/trust';
import type { ReAnchor } from '../wire/types';
import { explain } from './explain/asked';
import { Inputs } from './Inputs';
import css from './trust.module.css';
import { useRead } from './useRead';

/** Where prices come from now, what moving them would cost, and any moment's explanation. */
export function Prices({ coin }: { coin: string }) {
  const spec = useRead(() => marketSpec(coin), [coin]);
  const status = useRead(() => marketStatus(coin), [coin]);
  const moved = useRead(() => reAnchors(coin), [coin]);
  const unit = priceUnitOf(spec?.value.specification.price_unit);
  const now = status?.value;
  const hasIndex = spec?.value.specification.index;
  return (
    <>
      <Live held={status} block words>
        <dl class={css.facts}>
          <Fact name="Mark" text={grouped(now?.markPx ?? null)} unit={unit} />
          <Fact
            name={hasIndex ? 'Index' : 'Oracle'}
            text={grouped(now?.oraclePx ?? null)}
            unit={unit}
          />
          {hasIndex ? null : (
            <>
              <Fact name="Reference" text={grouped(now?.referencePx ?? null)} unit={unit} />
              <Fact
                name="Discovery band"
                text={`${grouped(now?.bandLow ?? null)} to ${grouped(now?.bandHigh ?? null)}`}
                unit={unit}
              />
            </>
          )}
          <Fact name="Average to date" text={grouped(now?.twapToDate ?? null)} unit={unit} />
        </dl>
      </Live>
      <Moment coin={coin} />
      {hasIndex ? (
        <>
          <h2>Inputs of the index</h2>
          <Inputs coin={coin} />
        </>
      ) : (
        <>
          <h2>Moves of the reference</h2>
          <Table
            label="Moves of the reference"
            columns={columns(unit)}
            rows={[...(moved?.value ?? [])].reverse()}
            rowKey={(row) => row.time}
            empty={
              <Empty title="The reference has not moved">
                It moves to an edge of the band when the oracle comes near that edge (PRICE-11).
              </Empty>
            }
          />
        </>
      )}
      <h2>What it would cost to move the mark</h2>
      <Cost coin={coin} />
    </>
  );
}

/** Asks for any moment, in this machine's time. */
function Moment({ coin }: { coin: string }) {
  const typed = useSignal('');
  return (
    <form
      class={css.row}
      onSubmit={(event) => {
        event.preventDefault();
        const ms = Date.parse(typed.value);
        explain(coin, (Number.isNaN(ms) ? venueNow() : ms) + 1);
      }}
    >
      <label class={css.field}>
        <span>Explain the price of (local time)</span>
        <input
          class={parts.control}
          type="datetime-local"
          step="1"
          value={typed.value}
          onInput={(event) => {
            typed.value = event.currentTarget.value;
          }}
        />
      </label>
      <button type="submit" class="button primary">
        {typed.value ? 'Explain' : 'Explain the price of now'}
      </button>
    </form>
  );
}

const WAYS = { up: '▲ up', down: '▼ down', outside: 'to outside prices' } as const;

function columns(unit: string): readonly Column<ReAnchor>[] {
  return [
    { key: 'Time', cell: (row) => <Time ms={row.time} /> },
    { key: 'Way', cell: (row) => WAYS[row.direction] },
    { key: `Reference (${unit})`, align: 'end', cell: (row) => grouped(row.referencePx) },
    { key: `From (${unit})`, align: 'end', cell: (row) => grouped(row.bandLow) },
    { key: `To (${unit})`, align: 'end', cell: (row) => grouped(row.bandHigh) },
  ];
}

function Cost({ coin }: { coin: string }) {
  const held = useRead(() => budget(coin), [coin]);
  return (
    <Live held={held} block words>
      {held?.value.time ? (
        <p class="soft">
          Estimate of <Time ms={held.value.time} />, out of the book as it stood (MARG-8)
        </p>
      ) : null}
      <Table
        label="Cost of moving the mark"
        columns={[
          { key: 'Move', align: 'end', cell: (row) => `${grouped(row.movePct)} %` },
          { key: 'Up (USD)', align: 'end', cell: (row) => grouped(row.upUsd, 2) },
          { key: 'Down (USD)', align: 'end', cell: (row) => grouped(row.downUsd, 2) },
          { key: 'Cheaper way (USD)', align: 'end', cell: (row) => grouped(row.costUsd, 2) },
        ]}
        rows={held?.value.moves ?? []}
        rowKey={(row) => row.movePct}
        empty={
          held?.value.time ? (
            <Empty title="The book is too thin">None of the moves could be made in it.</Empty>
          ) : (
            <Empty title="No estimate yet">
              It is made every few minutes while a market trades.
            </Empty>
          )
        }
      />
    </Live>
  );
}

function Fact({ name, text, unit }: { name: string; text: string; unit: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <Amount text={text} unit={unit} />
      </dd>
    </div>
  );
}
