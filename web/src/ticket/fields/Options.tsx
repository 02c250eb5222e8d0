import { amend, type Draft, type Tif } from '../draft';
import css from '../ticket.module.css';
import { Check, Choice } from './Choice';
import { Price } from './Prices';

const TIFS: readonly (readonly [Tif, string])[] = [
  ['Gtc', 'GTC'],
  ['Ioc', 'IOC'],
  ['Alo', 'Post only'],
  ['Fok', 'FOK'],
];

/** Time in force, reduce-only, and exits that come with an order. */
export function Options({ of }: { of: Draft }) {
  const rests = of.kind === 'limit' || of.kind === 'scale';
  const tifs = of.kind === 'scale' ? TIFS.filter(([key]) => key === 'Gtc' || key === 'Alo') : TIFS;
  const opens = (of.kind === 'limit' || of.kind === 'market') && !of.reduceOnly;
  return (
    <>
      <div class={css.options}>
        <Check
          label="Reduce only"
          checked={of.reduceOnly}
          change={(reduceOnly) => amend({ reduceOnly, ...(reduceOnly ? { attach: false } : {}) })}
        />
        {rests ? (
          <Choice
            label="Time in force"
            quiet
            choices={tifs}
            value={tifs.some(([key]) => key === of.tif) ? of.tif : 'Gtc'}
            choose={(tif) => amend({ tif })}
          />
        ) : null}
      </div>
      {opens ? (
        <Check
          label="Take profit and stop loss"
          checked={of.attach}
          change={(attach) => amend({ attach })}
        />
      ) : null}
      {opens && of.attach ? (
        <>
          <Price label="Take profit" of="takePx" hint="none" />
          <Price label="Stop loss" of="stopPx" hint="none" />
        </>
      ) : null}
    </>
  );
}
