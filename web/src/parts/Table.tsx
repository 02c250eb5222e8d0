import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import css from './parts.module.css';

export interface Column<Row> {
  /** Unique; also the heading unless `head` is given. */
  key: string;
  head?: ComponentChildren;
  /** Numbers are `end`, so that their digits stand below each other. */
  align?: 'start' | 'end';
  cell: (row: Row) => ComponentChildren;
}

interface Props<Row> {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string | number;
  empty: ComponentChildren;
  pageSize?: number;
  /** Reads older rows; offered on the last page. */
  older?: (() => void) | undefined;
}

const PAGE = 25;

/** Rows with aligned numbers, a page at a time. */
export function Table<Row>(props: Props<Row>) {
  const { label, columns, rows, rowKey, empty, pageSize = PAGE, older } = props;
  const [page, setPage] = useState(0);
  if (rows.length === 0) return <>{empty}</>;
  const pages = Math.ceil(rows.length / pageSize);
  const at = Math.min(page, pages - 1);
  const shown = rows.slice(at * pageSize, (at + 1) * pageSize);
  const side = (column: Column<Row>) => (column.align === 'end' ? css.end : undefined);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
      <section class={css.scroll} aria-label={label} tabIndex={0}>
        <table class={css.table}>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column.key} scope="col" class={side(column)}>
                  {column.head ?? column.key}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <tr key={rowKey(row)}>
                {columns.map((column) => (
                  <td key={column.key} class={side(column)}>
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {pages > 1 || older ? (
        <nav class={css.pages} aria-label={`${label}, pages`}>
          <button type="button" class="quiet" disabled={at === 0} onClick={() => setPage(at - 1)}>
            Newer
          </button>
          <span class="soft">{`${at + 1} of ${pages}`}</span>
          <button
            type="button"
            class="quiet"
            disabled={at === pages - 1 && !older}
            onClick={() => (at < pages - 1 ? setPage(at + 1) : older?.())}
          >
            Older
          </button>
        </nav>
      ) : null}
    </>
  );
}
