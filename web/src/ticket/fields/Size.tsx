import { priceUnit } from '../../market/quoting/quoting';
import { grid, market } from '../../state/markets';
import { amend, type Draft, draft, type SizeUnit } from '../draft';
import { terms } from '../terms/live';
import css from '../ticket.module.css';
import { Choice } from './Choice';
import { Entry } from './Entry';
import { stepSize } from './stepping';

const SHARES = ['25', '50', '75', '100'] as const;

/** How much: contracts, USD, or a share of what the account can take. */
export function Size({ of }: { of: Draft }) {
  const units: readonly (readonly [SizeUnit, string])[] = [
    ['contracts', market.value?.coin ?? ''],
    ['usd', priceUnit.value],
    ['percent', '%'],
  ];
  return (
    <>
      <Entry
        id="ticket-size"
        label="Size"
        unit={
          <Choice
            label="Size in"
            quiet
            choices={units}
            value={of.sizeUnit}
            choose={(sizeUnit) => amend({ sizeUnit, sz: '' })}
          />
        }
        value={of.sz}
        enter={(sz) => amend({ sz })}
        step={of.sizeUnit === 'contracts' ? step : undefined}
      />
      {terms.value?.means ? (
        <fieldset class={css.shares}>
          <legend class="hidden">Share of what fits</legend>
          {SHARES.map((share) => (
            <button
              key={share}
              type="button"
              aria-pressed={of.sizeUnit === 'percent' && of.sz === share}
              onClick={() => amend({ sizeUnit: 'percent', sz: share })}
            >
              {`${share} %`}
            </button>
          ))}
        </fieldset>
      ) : null}
    </>
  );
}

function step(up: boolean): void {
  const on = grid.peek();
  if (on) amend({ sz: stepSize(draft.peek().sz, up, on) });
}
