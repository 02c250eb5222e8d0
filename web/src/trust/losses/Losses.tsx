import { useSignal } from '@preact/signals';
import { fixed, grouped } from '../../numbers/format';
import { Empty } from '../../parts/Empty';
import { type Column, Table } from '../../parts/Table';
import { Amount } from '../../parts/values/Amount';
import { Live } from '../../parts/values/Live';
import { Time } from '../../parts/values/Time';
import { marketStatus } from '../../wire/reads';
import { exposure, type Liquidation, liquidations } from '../../wire/trust';
import type { MarketStatus } from '../../wire/types';
import css from '../trust.module.css';
import { useRead } from '../useRead';
import { Buckets } from './Buckets';
import { Certificate } from './Certificate';

/** Who bears losses: the fund, the backstop, liquidations without names, exposure by price. */
export function Losses({ coin }: { coin: string }) {
  const status = useRead(() => marketStatus(coin), [coin]);
  const rows = useRead(() => liquidations(coin), [coin]);
  const exposed = useRead(() => exposure(coin), [coin]);
  const wanted = useSignal('');
  return (
    <>
      <Live held={status} block words>
        {status ? <Funds now={status.value} /> : <p class="soft">Reading…</p>}
      </Live>
      <h2>Liquidations</h2>
      <p class="soft">A quarter of an hour late, without owners (RULE-7)</p>
      <Live held={rows} block words>
        <Table
          label="Liquidations"
          columns={columns((id) => {
            wanted.value = String(id);
          })}
          rows={rows?.value ?? []}
          rowKey={(row) => row.liquidation}
          empty={
            <Empty title={rows ? 'Nobody has been liquidated' : 'Reading…'}>
              A liquidation stands here fifteen minutes after it, with its certificate.
            </Empty>
          }
        />
      </Live>
      <h2>Certificate</h2>
      <Certificate wanted={wanted} />
      <h2>Exposure by price</h2>
      <Live held={exposed} block words>
        {exposed ? <Buckets found={exposed.value} /> : <p class="soft">Reading…</p>}
      </Live>
    </>
  );
}

function Funds({ now }: { now: MarketStatus }) {
  const { backstop } = now;
  return (
    <dl class={css.facts}>
      <div>
        <dt>Insurance fund of this market</dt>
        <dd>
          <Amount text={fixed(now.insuranceFund, 2)} unit="USD" />
        </dd>
      </div>
      <div>
        <dt>Backstop</dt>
        <dd>{backstop ? 'takes over what the book does not' : 'none: deleveraging comes next'}</dd>
      </div>
      {backstop ? (
        <>
          <div>
            <dt>Its capital</dt>
            <dd>
              <Amount text={fixed(backstop.capital, 2)} unit="USD" />
            </dd>
          </div>
          <div>
            <dt>Its equity / limit of its loss</dt>
            <dd>
              <Amount
                text={`${fixed(backstop.equity, 2)} / ${fixed(backstop.lossLimit, 2)}`}
                unit="USD"
              />
            </dd>
          </div>
          <div>
            <dt>Its position</dt>
            <dd>{grouped(backstop.szi)}</dd>
          </div>
        </>
      ) : null}
    </dl>
  );
}

function columns(ask: (id: number) => void): readonly Column<Liquidation>[] {
  return [
    { key: 'Time', cell: (row) => <Time ms={row.time} /> },
    { key: 'Side', cell: (row) => row.side },
    { key: 'Size', align: 'end', cell: (row) => grouped(row.sz) },
    { key: 'Notional (USD)', align: 'end', cell: (row) => fixed(row.notional, 2) },
    {
      key: 'Certificate',
      cell: (row) => (
        <button type="button" class="quiet" onClick={() => ask(row.liquidation)}>
          {`No. ${row.liquidation}`}
        </button>
      ),
    },
  ];
}
