import { phaseWords } from '../market/dates';
import { compact, grouped } from '../numbers/format';
import { Empty } from '../parts/Empty';
import { type Column, Table } from '../parts/Table';
import { Live } from '../parts/values/Live';
import { contexts, type Market, markets, phases } from '../state/markets';

const COLUMNS: readonly Column<Market>[] = [
  { key: 'Market', cell: (row) => row.coin },
  { key: 'Phase', cell: (row) => phaseWords(phases.value.get(row.coin) ?? '–') },
  { key: 'Mark', align: 'end', cell: (row) => <OfContext coin={row.coin} field="markPx" /> },
  { key: 'Oracle', align: 'end', cell: (row) => <OfContext coin={row.coin} field="oraclePx" /> },
  {
    key: 'Open interest, contracts',
    align: 'end',
    cell: (row) => <OfContext coin={row.coin} field="openInterest" />,
  },
  {
    key: 'Volume of 24 h, USD',
    align: 'end',
    cell: (row) => compact(contexts.value.get(row.coin)?.value.dayNtlVlm ?? null),
  },
];

/** Every market at a glance. */
export function MarketsPage() {
  return (
    <Table
      label="Markets"
      columns={COLUMNS}
      rows={markets.value}
      rowKey={(row) => row.coin}
      empty={<Empty title="No market">Two listers bring one into being.</Empty>}
    />
  );
}

interface OfContextProps {
  coin: string;
  field: 'markPx' | 'oraclePx' | 'openInterest';
}

function OfContext({ coin, field }: OfContextProps) {
  const held = contexts.value.get(coin) ?? null;
  return <Live held={held}>{grouped(held?.value[field] ?? null)}</Live>;
}
