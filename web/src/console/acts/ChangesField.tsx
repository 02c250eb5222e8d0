import { useEffect, useState } from 'preact/hooks';
import { marketSpec } from '../../wire/reads';
import css from '../form.module.css';
import { changeWords } from './effect-words';
import { type Change, rowsOf } from './field';
import { flattened } from './spec-words';

interface Props {
  id: string;
  value: string;
  coin: string | undefined;
  change: (value: string) => void;
}

/** Names that take the units of the wire: USD, shares of one, contracts, ISO 8601. */
const WIRE = [
  'anticipatedListingTime',
  'outsideLaunchTime',
  'settlementDeadline',
  'band',
  'openInterestCap',
  'positionLimit',
  'maxOrderSize',
  'minOrderValue',
  'marginMode',
  'fundingMultiplier',
  'fundingCap',
  'interestRate',
  'takerFee',
  'makerFee',
  'shareCount',
  'shareCountSource',
  'shareCountAsOf',
  'timeLock',
  'resumePostOnly',
  'settlementPeriod',
];

/** Fields of a specification with their new values, beside what is in force. */
export function ChangesField({ id, value, coin, change }: Props) {
  const [present, setPresent] = useState<Readonly<Record<string, unknown>>>({});
  useEffect(() => {
    let ended = false;
    setPresent({});
    if (coin) {
      marketSpec(coin).then(
        (found) => !ended && setPresent(flattened(found.specification)),
        () => undefined,
      );
    }
    return () => {
      ended = true;
    };
  }, [coin]);
  const given = rowsOf(value);
  const rows = given.length > 0 ? given : [{ name: '', value: '' }];
  const put = (at: number, row: Change) =>
    change(JSON.stringify(rows.map((one, place) => (place === at ? row : one))));
  return (
    <div class={css.changes}>
      {rows.map((row, at) => (
        <div key={at} class={css.change}>
          <select
            id={at === 0 ? id : undefined}
            aria-label={`Field ${at + 1}`}
            value={row.name}
            onChange={(event) => put(at, { ...row, name: event.currentTarget.value })}
          >
            <option value="">choose a field…</option>
            <optgroup label="In USD, parts of one, contracts, ISO 8601, ms">
              {WIRE.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </optgroup>
            {Object.keys(present).length > 0 ? (
              <optgroup label="As the specification has them">
                {Object.keys(present).map((name) => (
                  <option key={name}>{name}</option>
                ))}
              </optgroup>
            ) : null}
          </select>
          <input
            type="text"
            autocomplete="off"
            aria-label={`New value ${at + 1}`}
            value={row.value}
            onInput={(event) => put(at, { ...row, value: event.currentTarget.value })}
          />
          <button
            type="button"
            class="quiet"
            disabled={given.length < 2}
            aria-label={`Remove change ${at + 1}`}
            onClick={() => change(JSON.stringify(rows.filter((_, place) => place !== at)))}
          >
            ✕
          </button>
          {row.name in present ? (
            <p
              class={css.help}
            >{`In force: ${changeWords(row.name, present[row.name], coin ?? null)}`}</p>
          ) : null}
        </div>
      ))}
      <button
        type="button"
        class="quiet"
        onClick={() => change(JSON.stringify([...rows, { name: '', value: '' }]))}
      >
        One more
      </button>
    </div>
  );
}
