import { grouped } from '../../numbers/format';
import { billions } from '../../numbers/valuation';
import { Empty } from '../../parts/Empty';
import { Table } from '../../parts/Table';
import { Amount } from '../../parts/values/Amount';
import { Live } from '../../parts/values/Live';
import { Time } from '../../parts/values/Time';
import { day } from '../../time/words';
import { capitalStructure } from '../../wire/trust';
import css from '../trust.module.css';
import { useRead } from '../useRead';

/** Share counts with who stated them, and what a share and the company come to (INST-6). */
export function Capital({ coin }: { coin: string }) {
  const held = useRead(() => capitalStructure(coin), [coin]);
  const found = held?.value;
  return (
    <>
      <h2>Capital structure</h2>
      {found ? (
        <Live held={held} block words>
          <dl class={css.facts}>
            <div>
              <dt>Valuation at the mark</dt>
              <dd>{found.quote.valuation ? billions(found.quote.valuation) : 'not known'}</dd>
            </div>
            <div>
              <dt>Share at the mark</dt>
              <dd>
                {found.quote.sharePx ? (
                  <Amount text={grouped(found.quote.sharePx)} unit="USD" />
                ) : (
                  'not known'
                )}
              </dd>
            </div>
          </dl>
          <p class="soft">{found.notice}</p>
        </Live>
      ) : null}
      <Table
        label="Share counts"
        columns={[
          { key: 'Time', cell: (row) => <Time ms={row.time} /> },
          { key: 'Kind', cell: (row) => row.kind },
          {
            key: 'Shares',
            align: 'end',
            cell: (row) => grouped(row.shareCount?.toString() ?? null),
          },
          { key: 'Source', cell: (row) => row.source ?? '–' },
          { key: 'As of', cell: (row) => (row.asOf ? day(row.asOf) : '–') },
          { key: 'Grounds', cell: (row) => row.grounds ?? '–' },
        ]}
        rows={found?.history ?? []}
        rowKey={(row) => `${row.time} ${row.version} ${row.kind}`}
        empty={
          <Empty title="Nobody has stated a share count">
            With one, a share price and the company’s valuation follow from each other.
          </Empty>
        }
      />
    </>
  );
}
