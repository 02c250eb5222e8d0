import { isOtherShown, priceUnit, reading } from '../../market/quoting/quoting';
import { typed, unscaled } from '../../numbers/decimal';
import { grid } from '../../state/markets';
import { REACH_E6, reachOf } from '../checks/prices';
import { amend, type Draft, draft, type Watched } from '../draft';
import { terms } from '../terms/live';
import css from '../ticket.module.css';
import { Check, Choice } from './Choice';
import { Entry } from './Entry';
import { stepPrice } from './stepping';

type PriceField = 'px' | 'triggerPx' | 'takePx' | 'stopPx' | 'beginPx' | 'endPx' | 'lastPx';

/** A price of the draft; arrows step it by the tick. */
export function Price({ label, of, hint }: { label: string; of: PriceField; hint?: string }) {
  const text = draft.value[of];
  const entered = typed(text);
  return (
    <>
      <Entry
        id={of === 'px' ? 'ticket-price' : `ticket-${of}`}
        label={label}
        unit={priceUnit.value}
        value={text}
        placeholder={hint ?? ''}
        enter={(entered) => amend({ [of]: entered })}
        step={(up) => {
          const near = terms.peek()?.now?.markPx ?? null;
          const on = grid.peek();
          if (on) amend({ [of]: stepPrice(text, up, on, near) });
        }}
      />
      {entered !== null && isOtherShown.value ? <Other px={entered} /> : null}
    </>
  );
}

/** What is typed is in the market's own unit; this is the other reading of it. */
function Other({ px }: { px: string }) {
  const { text, unit } = reading(px);
  return <p class={css.other}>{`≈ ${text} ${unit}`}</p>;
}

const WATCHED: readonly (readonly [Watched, string])[] = [
  ['mark', 'Mark'],
  ['index', 'Index'],
  ['last', 'Last trade'],
];

/** The prices that a kind of order has. */
export function Prices({ of }: { of: Draft }) {
  switch (of.kind) {
    case 'limit':
      return <Price label="Price" of="px" />;
    case 'market':
      return (
        <p class="soft">{`At the best prices there are, at most ${reach()} % beyond the mark.`}</p>
      );
    case 'stop':
    case 'profit':
      return <Trigger of={of} />;
    case 'trail':
      return <Trail of={of} />;
    case 'twap':
      return <Twap of={of} />;
    case 'scale':
      return <Scale of={of} />;
  }
}

function reach(): string {
  const now = terms.value;
  return unscaled(now ? reachOf('market', now) : REACH_E6, 4);
}

function Trigger({ of }: { of: Draft }) {
  return (
    <>
      <Price label="Trigger" of="triggerPx" />
      <Choice
        label="By"
        choices={WATCHED}
        value={of.triggerBy}
        choose={(triggerBy) => amend({ triggerBy })}
      />
      <Choice
        label="Then"
        choices={[
          ['market', 'at the market'],
          ['limit', 'at a limit'],
        ]}
        value={of.atLimit ? 'limit' : 'market'}
        choose={(then) => amend({ atLimit: then === 'limit' })}
      />
      {of.atLimit ? (
        <Price label="Price" of="px" />
      ) : (
        <p class="soft">It trades at most 10 % beyond the trigger.</p>
      )}
    </>
  );
}

function Trail({ of }: { of: Draft }) {
  return (
    <>
      <Entry
        label="Distance"
        unit={
          <Choice
            label="Distance in"
            quiet
            choices={[
              ['percent', '%'],
              ['usd', priceUnit.value],
            ]}
            value={of.trailUnit}
            choose={(trailUnit) => amend({ trailUnit })}
          />
        }
        value={of.trail}
        enter={(trail) => amend({ trail })}
      />
      <p class="soft">
        {`Follows the mark ${of.buy ? 'down' : 'up'}, and fires when it has come back so far.`}
      </p>
    </>
  );
}

function Twap({ of }: { of: Draft }) {
  return (
    <>
      <Entry
        label="Minutes"
        unit="5 to 10,080"
        value={of.minutes}
        enter={(minutes) => amend({ minutes })}
      />
      <Price label="Begin at mark" of="beginPx" hint="at once" />
      <Price label="End at mark" of="endPx" hint="never" />
      <Check
        label="Sub-orders of uneven size"
        checked={of.randomize}
        change={(randomize) => amend({ randomize })}
      />
      <p class="soft">{slices(of.minutes)}</p>
    </>
  );
}

function slices(minutes: string): string {
  const count = Number(minutes);
  const many = Number.isInteger(count) && count > 0 ? `${2 * count + 1} sub-orders` : 'Sub-orders';
  return `${many}, one every 30 s, each within 3 % of the mark.`;
}

function Scale({ of }: { of: Draft }) {
  return (
    <>
      <Price label="First price" of="px" />
      <Price label="Last price" of="lastPx" />
      <Entry label="Orders" unit="2 to 100" value={of.count} enter={(count) => amend({ count })} />
      <Entry label="Last size" unit="× first" value={of.skew} enter={(skew) => amend({ skew })} />
    </>
  );
}
