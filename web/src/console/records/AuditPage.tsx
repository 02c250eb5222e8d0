import { useEffect, useState } from 'preact/hooks';
import { Badge } from '../../parts/Badge';
import { Empty } from '../../parts/Empty';
import { type Column, Table } from '../../parts/Table';
import { type Tab, Tabs } from '../../parts/Tabs';
import { Time } from '../../parts/values/Time';
import { Told } from '../../trust/said/Told';
import { announcements } from '../../wire/reads';
import type { Announcement } from '../../wire/types';
import { actName } from '../acts/names';
import css from '../console.module.css';
import { said } from '../desk/acting';
import { type Decision, decisions, type KnownOperator, operators } from '../desk/reads';
import { ActsLog } from './ActsLog';
import { OwnSteps } from './OwnSteps';
import { Who } from './Who';

type Key = 'acts' | 'itself' | 'decisions' | 'announcements' | 'operators';

const TABS: readonly Tab<Key>[] = [
  { key: 'acts', label: 'Acts' },
  { key: 'itself', label: 'By the venue itself' },
  { key: 'decisions', label: 'Proposals decided' },
  { key: 'announcements', label: 'Announcements' },
  { key: 'operators', label: 'Keys and roles' },
];

/** What was done, decided and said; the journal has every act, `bellwether verify` proves it. */
export function AuditPage() {
  const [chosen, choose] = useState<Key>('acts');
  return (
    <section class={css.page}>
      <h1>Audit log</h1>
      <p class="soft">
        Every act is a signed command in the journal, refused ones too. What was announced is here
        with the hash of its text; <code>bellwether verify</code> recomputes all of it.
      </p>
      <Tabs label="Audit log" tabs={TABS} chosen={chosen} choose={choose}>
        {chosen === 'acts' ? <ActsLog /> : null}
        {chosen === 'itself' ? <OwnSteps /> : null}
        {chosen === 'decisions' ? <Decisions /> : null}
        {chosen === 'announcements' ? <Announcements /> : null}
        {chosen === 'operators' ? <Operators /> : null}
      </Tabs>
    </section>
  );
}

const TONES = { approved: 'good', rejected: 'bad', expired: 'plain' } as const;

const DECISIONS: readonly Column<Decision>[] = [
  { key: 'No.', align: 'end', cell: (row) => row.proposalId },
  { key: 'Market', cell: (row) => row.coin ?? 'venue' },
  { key: 'Act', cell: (row) => actName(row.kind) },
  { key: 'Outcome', cell: (row) => <Badge tone={TONES[row.outcome]}>{row.outcome}</Badge> },
  { key: 'Proposed', cell: (row) => <Time ms={row.time} /> },
  { key: 'by', cell: (row) => <Who address={row.proposer} /> },
  { key: 'Decided', cell: (row) => <Time ms={row.decidedTime} /> },
  { key: 'by whom', cell: (row) => <Who address={row.decidedBy} /> },
  { key: 'Command', align: 'end', cell: (row) => row.seq },
  { key: 'Text', cell: (row) => <Text said={row} /> },
];

const ANNOUNCEMENTS: readonly Column<Announcement>[] = [
  { key: 'Command', align: 'end', cell: (row) => row.seq },
  { key: 'Time', cell: (row) => <Time ms={row.time} /> },
  { key: 'Market', cell: (row) => row.coin ?? 'venue' },
  { key: 'Kind', cell: (row) => row.kind },
  { key: 'Title', cell: (row) => row.title },
  { key: 'Text', cell: (row) => <Text said={row} /> },
];

const OPERATORS: readonly Column<KnownOperator>[] = [
  { key: 'Key', cell: (row) => <code>{row.address}</code> },
  { key: 'Roles', cell: (row) => row.roles.join(', ') || '–' },
  { key: 'Deploys', cell: (row) => row.deploys.join(', ') || '–' },
  { key: 'Sources', cell: (row) => row.sources.join(', ') || '–' },
];

interface Said {
  text: string;
  coin: string | null;
  grounds: string;
  hash: string;
}

/** A text that became public; of a change of rules its fields, with their units. */
function Text({ said: { text, coin, grounds, hash } }: { said: Said }) {
  return (
    <div class={css.text}>
      <Told text={text} coin={coin} />
      <details>
        <summary>{grounds ? 'Grounds and hash' : 'Hash'}</summary>
        {grounds ? <p class="soft">{`Grounds: ${grounds}`}</p> : null}
        <p>
          <span class="soft">SHA-256 </span>
          <code>{hash}</code>
        </p>
      </details>
    </div>
  );
}

function Decisions() {
  const [rows, setRows] = useState<readonly Decision[] | null>(null);
  const [more, setMore] = useState(true);
  const [error, setError] = useState<string | null>(null);
  const read = async (before: readonly Decision[]) => {
    try {
      const last = before.at(-1)?.proposalId;
      const found = last === 1 ? [] : await decisions(last === undefined ? undefined : last - 1);
      setRows([...before, ...found]);
      setMore(found.length > 0);
    } catch (fault) {
      setError(said(fault));
    }
  };
  useEffect(() => void read([]), []);
  if (error) return <p class={css.alert}>{error}</p>;
  if (!rows) return <p role="status">Reading…</p>;
  return (
    <Table
      label="Proposals decided"
      columns={DECISIONS}
      rows={rows}
      rowKey={(row) => row.proposalId}
      older={more && rows.length >= 200 ? () => void read(rows) : undefined}
      empty={
        <Empty title="Nothing decided yet">A proposal ends here: approved, rejected or void.</Empty>
      }
    />
  );
}

function Announcements() {
  const rows = useOnce(announcements);
  if (!rows) return <p role="status">Reading…</p>;
  return (
    <Table
      label="Announcements"
      columns={ANNOUNCEMENTS}
      rows={rows.toReversed()}
      rowKey={(row) => `${row.seq} ${row.kind} ${row.hash} ${row.title}`}
      empty={<Empty title="Nothing said yet">What takes two keys is announced as it binds.</Empty>}
    />
  );
}

function Operators() {
  const rows = useOnce(operators);
  if (!rows) return <p role="status">Reading…</p>;
  return (
    <Table
      label="Keys and roles"
      columns={OPERATORS}
      rows={rows}
      rowKey={(row) => row.address}
      empty={<Empty title="No operator">The founding names them.</Empty>}
    />
  );
}

function useOnce<T>(read: () => Promise<T>): T | null {
  const [found, setFound] = useState<T | null>(null);
  useEffect(() => {
    read().then(setFound, () => undefined);
  }, [read]);
  return found;
}
