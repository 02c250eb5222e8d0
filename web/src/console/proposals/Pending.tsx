import { type Column, Table } from '../../parts/Table';
import { Countdown } from '../../parts/values/Countdown';
import { Live } from '../../parts/values/Live';
import { Time } from '../../parts/values/Time';
import { markets } from '../../state/markets';
import { marketSpec } from '../../wire/reads';
import type { PendingChange } from '../../wire/types';
import { changeName, changeWords } from '../acts/effect-words';
import css from '../console.module.css';
import { usePolled } from '../desk/polled';

interface Row extends PendingChange {
  readonly coin: string;
}

const EVERY_MS = 6_000;

const COLUMNS: readonly Column<Row>[] = [
  { key: 'Market', cell: (row) => row.coin },
  { key: 'Proposal', align: 'end', cell: (row) => row.proposalId },
  { key: 'In force in', cell: (row) => <Countdown to={row.effectiveTime} /> },
  { key: 'At', cell: (row) => <Time ms={row.effectiveTime} seconds /> },
  { key: 'What changes', cell: (row) => <span class={css.words}>{changesOf(row)}</span> },
  { key: 'Grounds', cell: (row) => <span class={css.words}>{row.grounds || 'none'}</span> },
];

function changesOf({ changes, coin }: Row): string {
  return Object.entries(changes)
    .map(([name, value]) => `${changeName(name)} becomes ${changeWords(name, value, coin)}`)
    .join('; ');
}

/** What two keys have approved and the time-lock still holds back (RULE-2). */
export function Pending() {
  const coins = markets.value.filter((market) => !market.delisted).map((market) => market.coin);
  const { held, error } = usePolled(() => rowsOf(coins), coins.join(), EVERY_MS);
  if (!held) return error ? <p class={css.alert}>{error}</p> : null;
  if (held.value.length === 0) {
    return <p class="soft">No approved change waits for its time.</p>;
  }
  return (
    <>
      <h2 class={css.title}>{`Approved, not in force yet: ${held.value.length}`}</h2>
      <Live held={held} words block>
        <Table
          label="Pending changes"
          columns={COLUMNS}
          rows={held.value}
          rowKey={(row) => row.proposalId}
          empty={null}
        />
      </Live>
    </>
  );
}

async function rowsOf(coins: readonly string[]): Promise<Row[]> {
  const found = await Promise.all(
    coins.map(async (coin) => {
      const { pending } = await marketSpec(coin);
      return pending.map((change) => ({ ...change, coin }));
    }),
  );
  return found.flat().sort((a, b) => a.effectiveTime - b.effectiveTime);
}
