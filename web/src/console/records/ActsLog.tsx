import { useState } from 'preact/hooks';
import { usePages } from '../../account/history/usePages';
import { Badge } from '../../parts/Badge';
import { Empty } from '../../parts/Empty';
import parts from '../../parts/parts.module.css';
import { type Column, Table } from '../../parts/Table';
import { Time } from '../../parts/values/Time';
import { markets } from '../../state/markets';
import { now } from '../../time/clock';
import { Facts, inBrief } from '../acts/Facts';
import { ACT_NAMES, actName } from '../acts/names';
import css from '../console.module.css';
import { recordedActs, sent } from '../desk/acting';
import { operator } from '../desk/operator';
import { usePolled } from '../desk/polled';
import { type ActsWanted, operators, type RecordedAct } from '../desk/reads';
import { Who } from './Who';

const PAGE = 100;
const EVERY_MS = 10_000;
const TONES = { done: 'good', proposed: 'warn', refused: 'bad' } as const;

const COLUMNS: readonly Column<RecordedAct>[] = [
  { key: 'Command', align: 'end', cell: (row) => row.seq },
  { key: 'Time', cell: (row) => <Time ms={row.time} seconds /> },
  { key: 'Act', cell: (row) => actName(row.kind) },
  { key: 'Market', cell: (row) => row.coin ?? '–' },
  { key: 'By', cell: (row) => <Who address={row.by} roles={row.roles} /> },
  {
    key: 'Outcome',
    cell: (row) => (
      <Badge tone={TONES[row.outcome]}>
        {row.outcome === 'proposed' ? `proposal ${row.proposalId}` : row.outcome}
      </Badge>
    ),
  },
  { key: 'What', cell: (row) => <What row={row} /> },
];

function What({ row }: { row: RecordedAct }) {
  const summary = row.refusal ?? (row.grounds || inBrief(row.kind, row.fields));
  return (
    <details class={css.text}>
      <summary>{summary}</summary>
      {row.refusal ? <p>{row.refusal}</p> : null}
      {row.grounds ? <p>{`Grounds: ${row.grounds}`}</p> : null}
      <Facts kind={row.kind} fields={row.fields} />
    </details>
  );
}

/** What operators did, refused acts too: by kind, key and market, newest first (RULE-1). */
export function ActsLog() {
  const [wanted, setWanted] = useState<ActsWanted>({});
  const keys = usePolled(operators, 'operators', 60_000);
  const choose = (name: 'act' | 'by' | 'coin', value: string) => {
    const { [name]: _, ...others } = wanted;
    setWanted(value ? { ...others, [name]: value } : others);
  };
  const known = (keys.held?.value ?? []).map(
    (one) => [one.address, `${one.address.slice(0, 10)}… ${one.roles.join(', ')}`] as const,
  );
  const kinds = Object.entries(ACT_NAMES).sort((a, b) => a[1].localeCompare(b[1]));
  const coins = markets.value.map((market) => [market.coin, market.coin] as const);
  return (
    <>
      <div class={css.filters}>
        <Filter label="Act" name="act" choices={kinds} choose={choose} />
        <Filter label="Key" name="by" choices={known} choose={choose} />
        <Filter label="Market" name="coin" choices={coins} choose={choose} />
      </div>
      <Log key={JSON.stringify([wanted, operator.value?.address])} wanted={wanted} />
      <p class="soft">
        Of what feeds send the newest thousand acts of each key are here, of everything else all.
        What the venue does by itself is no act of anybody: it has a list of its own.
      </p>
    </>
  );
}

interface FilterProps {
  label: string;
  name: 'act' | 'by' | 'coin';
  choices: readonly (readonly [string, string])[];
  choose: (name: 'act' | 'by' | 'coin', value: string) => void;
}

function Filter({ label, name, choices, choose }: FilterProps) {
  return (
    <span>
      <label for={`of-${name}`}>{label}</label>
      <select
        class={parts.control}
        id={`of-${name}`}
        onChange={(event) => choose(name, event.currentTarget.value)}
      >
        <option value="">all</option>
        {choices.map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    </span>
  );
}

function Log({ wanted }: { wanted: ActsWanted }) {
  const beat = operator.value?.asks ? 0 : Math.floor(now.value / EVERY_MS);
  const { rows, loading, fault, older } = usePages<RecordedAct>(
    `${beat} ${sent.value}`,
    async (until) => {
      const before = until === Number.MAX_SAFE_INTEGER ? {} : { before: until };
      const found = await recordedActs({ ...wanted, ...before });
      return { rows: found, next: found.length < PAGE ? null : (found.at(-1)?.seq ?? null) };
    },
    (row) => String(row.seq),
  );
  if (rows.length === 0 && loading) return <p role="status">Reading…</p>;
  return (
    <>
      {fault ? <p class={css.alert}>{fault}</p> : null}
      <Table
        label="Acts"
        columns={COLUMNS}
        rows={rows}
        rowKey={(row) => row.seq}
        older={older ?? undefined}
        empty={
          <Empty title="No such act">
            Whatever an operator signs is here at once, also what the venue refused.
          </Empty>
        }
      />
    </>
  );
}
