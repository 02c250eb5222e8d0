import { Badge } from '../../parts/Badge';
import { Empty } from '../../parts/Empty';
import { Time } from '../../parts/values/Time';
import { announced, keyOf } from '../../state/announcements';
import type { Announcement } from '../../wire/types';
import css from '../trust.module.css';
import { Checked } from './Checked';
import { Told } from './Told';

/** Everything said about a market and to everybody, newest first, with the check of its hash. */
export function Announcements({ coin }: { coin: string }) {
  const rows = announced.value.filter((row) => row.coin === null || row.coin === coin).reverse();
  if (rows.length === 0) {
    return (
      <Empty title="Nothing has been announced">
        Launches, changes of rules, listings and settlements are announced before they bind.
      </Empty>
    );
  }
  return (
    <>
      <p class="soft">
        Your browser computes the SHA-256 of each text and compares it with the hash in the venue’s
        journal.
      </p>
      <ol class={css.said}>
        {rows.map((row) => (
          <One key={keyOf(row)} row={row} />
        ))}
      </ol>
    </>
  );
}

function One({ row }: { row: Announcement }) {
  return (
    <li class={css.one}>
      <p class={css.row}>
        <strong>{row.title}</strong>
        <Badge>{row.kind}</Badge>
        {row.coin === null ? <Badge>whole venue</Badge> : null}
        <span class="soft">
          <Time ms={row.time} />
        </span>
      </p>
      <Told text={row.text} coin={row.coin} />
      {row.grounds ? <p class="soft">{`Grounds: ${row.grounds}`}</p> : null}
      {row.effectiveTime === row.time ? null : (
        <p>
          In effect from <Time ms={row.effectiveTime} />
        </p>
      )}
      <p class={css.row}>
        <code class={css.hash}>{row.hash}</code>
        <Checked text={row.text} hash={row.hash} />
      </p>
      <p class="soft">{`Command ${row.seq} of the journal`}</p>
    </li>
  );
}
