import { fixed, grouped } from '../numbers/format';
import { Badge } from '../parts/Badge';
import { Empty } from '../parts/Empty';
import { type Column, Table } from '../parts/Table';
import { Live } from '../parts/values/Live';
import { Time } from '../parts/values/Time';
import { type IndexInput, indexInputs } from '../wire/trust';
import { useRead } from './useRead';

const TONES = { live: 'good', held: 'warn', expired: 'plain', rejected: 'bad' } as const;

/** What the index is made of now: every source with its weight, and why it does not count. */
export function Inputs({ coin }: { coin: string }) {
  const held = useRead(() => indexInputs(coin), [coin]);
  const rows = held?.value ?? [];
  const total = rows.reduce((sum, row) => sum + Number(row.weight), 0);
  return (
    <Live held={held} block words>
      <Table
        label="Inputs of the index"
        columns={columns(total)}
        rows={rows}
        rowKey={(row) => `${row.source} ${row.kind} ${row.state}`}
        empty={
          <Empty title={held ? 'No source has spoken' : 'Reading the inputs…'}>
            An observation of a bound source stands here with its weight.
          </Empty>
        }
      />
    </Live>
  );
}

function columns(total: number): readonly Column<IndexInput>[] {
  return [
    { key: 'Source', cell: (row) => row.source },
    { key: 'Kind', cell: (row) => row.kind.replaceAll('_', ' ') },
    {
      key: 'Value (USD)',
      align: 'end',
      cell: (row) => (
        <span title={row.unit}>
          {row.unit === 'valuation'
            ? `${fixed((Number(row.value) / 1e9).toFixed(4), 4)} bn`
            : grouped(row.value)}
        </span>
      ),
    },
    { key: 'Observed', cell: (row) => <Time ms={row.observedAt} /> },
    { key: 'Weight', align: 'end', cell: (row) => fixed(row.weight, 6) },
    {
      key: 'Before the cap',
      align: 'end',
      cell: (row) =>
        total > 0 && Number(row.weight) > 0
          ? `${((Number(row.weight) / total) * 100).toFixed(1)} %`
          : '–',
    },
    { key: 'State', cell: (row) => <Badge tone={TONES[row.state]}>{row.state}</Badge> },
    { key: 'Reason', cell: (row) => row.reason ?? 'counts' },
  ];
}
