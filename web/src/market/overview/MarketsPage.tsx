import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { href } from '../../app/router';
import { compact, percent } from '../../numbers/format';
import { Badge } from '../../parts/Badge';
import { Empty } from '../../parts/Empty';
import parts from '../../parts/parts.module.css';
import { type Column, Table } from '../../parts/Table';
import { Amount } from '../../parts/values/Amount';
import { Change } from '../../parts/values/Change';
import { Countdown } from '../../parts/values/Countdown';
import { Live } from '../../parts/values/Live';
import { contexts, type Market, markets } from '../../state/markets';
import { venueNow } from '../../time/clock';
import { comingDates, phaseWords } from '../dates';
import { dayChange, interestUse } from '../figures';
import { Price } from '../quoting/Price';
import css from './overview.module.css';
import { followOverview, overview, type Summary } from './summaries';

/** Every market at a glance: `#/`. */
export function MarketsPage() {
  const wanted = useSignal('');
  useEffect(() => {
    document.title = 'Markets · Bellwether';
    return followOverview();
  }, []);
  const words = wanted.value.trim().toLowerCase();
  const rows = markets.value.filter((one) => {
    const about = overview.value.get(one.coin)?.value;
    return `${one.coin} ${about?.issuer ?? ''} ${about?.status.phase ?? ''}`
      .toLowerCase()
      .includes(words);
  });
  return (
    <div class={css.page}>
      <header class={css.head}>
        <h1>Markets</h1>
        <label class={css.search}>
          <span class="hidden">Search markets</span>
          <input
            class={parts.control}
            type="search"
            placeholder="Search by name, company or phase"
            value={wanted.value}
            onInput={(event) => {
              wanted.value = event.currentTarget.value;
            }}
            onKeyDown={(event) => {
              const [first] = rows;
              if (event.key === 'Enter' && first) {
                globalThis.location.hash = href('market', first.coin);
              }
            }}
          />
        </label>
      </header>
      <section class={parts.card} aria-label="All markets">
        <Table
          label="Markets"
          columns={COLUMNS}
          rows={rows}
          rowKey={(row) => row.coin}
          pageSize={100}
          empty={<Empty title="No market of that name">Search for less of it.</Empty>}
        />
      </section>
    </div>
  );
}

const about = (row: Market): Summary | null => overview.value.get(row.coin)?.value ?? null;

const COLUMNS: readonly Column<Market>[] = [
  {
    key: 'Market',
    cell: (row) => (
      <>
        <a class={css.name} href={href('market', row.coin)}>
          {row.coin}
        </a>
        <span class={css.issuer}>{` ${about(row)?.issuer ?? ''}`}</span>
      </>
    ),
  },
  {
    key: 'Mark',
    align: 'end',
    cell: (row) => {
      const held = contexts.value.get(row.coin) ?? null;
      return (
        <Live held={held}>
          <Price coin={row.coin} px={held?.value.markPx ?? null} />
        </Live>
      );
    },
  },
  {
    key: '24 h',
    align: 'end',
    cell: (row) => {
      const held = contexts.value.get(row.coin) ?? null;
      const change = held ? dayChange(held.value.markPx, held.value.prevDayPx) : null;
      return (
        <Live held={held}>
          <Change of={change} text={percent(change)} />
        </Live>
      );
    },
  },
  { key: 'Phase', cell: (row) => <Phase row={row} /> },
  {
    key: 'Volume 24 h',
    align: 'end',
    cell: (row) => {
      const held = contexts.value.get(row.coin) ?? null;
      return (
        <Live held={held}>
          <Amount text={compact(held?.value.dayNtlVlm ?? null)} unit="USD" />
        </Live>
      );
    },
  },
  { key: 'Open interest / cap', align: 'end', cell: (row) => <Interest row={row} /> },
  {
    key: 'Funding per h',
    align: 'end',
    cell: (row) => {
      const held = contexts.value.get(row.coin) ?? null;
      const rate = held?.value.funding ?? null;
      return (
        <Live held={held}>
          <Change of={rate} text={percent(rate, 5)} />
        </Live>
      );
    },
  },
  { key: 'Next', cell: (row) => <Next row={row} /> },
  { key: 'Check', cell: (row) => <a href={href('trust', row.coin)}>{`Rules of ${row.coin}`}</a> },
];

function Phase({ row }: { row: Market }) {
  const status = about(row)?.status;
  if (!status) return <span class="soft">…</span>;
  return (
    <>
      <Badge>{phaseWords(status.phase)}</Badge>
      {status.tradingStatus === 'open' ? null : (
        <Badge tone="bad">{phaseWords(status.tradingStatus)}</Badge>
      )}
    </>
  );
}

function Interest({ row }: { row: Market }) {
  const held = overview.value.get(row.coin) ?? null;
  if (!held) return <span class="soft">…</span>;
  const use = interestUse(held.value.status);
  return (
    <Live held={held}>
      <Amount text={`${use.interest} / ${use.cap}`} unit="USD" />
      <meter class={css.meter} min={0} max={1} high={0.9} value={use.share} title={use.percent}>
        {use.percent}
      </meter>
    </Live>
  );
}

function Next({ row }: { row: Market }) {
  const status = about(row)?.status;
  const [next] = status ? comingDates(status, venueNow()) : [];
  return next ? (
    <>
      {`${next.label} in `}
      <Countdown to={next.ms} />
    </>
  ) : (
    <span class="soft">no date ahead</span>
  );
}
