import type { ComponentChildren } from 'preact';
import { type Column, Table } from '../../parts/Table';
import css from '../account.module.css';
import { type ReadBack, usePages } from './usePages';

interface Props<Row> {
  label: string;
  /** What is read; another text reads anew. */
  of: string;
  read: ReadBack<Row>;
  columns: readonly Column<Row>[];
  rowKey: (row: Row) => string;
  empty: ComponentChildren;
}

/** A history that is read page by page. */
export function Paged<Row>({ label, of, read, columns, rowKey, empty }: Props<Row>) {
  const { rows, loading, fault, older } = usePages(of, read, rowKey);
  return (
    <div class={css.paged}>
      <Table
        label={label}
        columns={columns}
        rows={rows}
        rowKey={rowKey}
        empty={loading || fault ? null : empty}
        older={older ?? undefined}
      />
      <div role="status" class={(loading && rows.length === 0) || fault ? css.bar : undefined}>
        {loading && rows.length === 0 ? 'Reading…' : fault ? `Not read: ${fault}` : null}
      </div>
    </div>
  );
}
