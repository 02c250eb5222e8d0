import { href } from '../../app/router';
import { Price } from '../../market/quoting/Price';
import { priceWords } from '../../market/quoting/quoting';
import { grouped } from '../../numbers/format';
import { Empty } from '../../parts/Empty';
import { type Column, Table } from '../../parts/Table';
import { toast } from '../../parts/toast';
import { Time } from '../../parts/values/Time';
import { twaps } from '../../state/account';
import { markets } from '../../state/markets';
import { cancelTwap } from '../../ticket/sending/orders';
import type { Twap } from '../../wire/account';

type Row = readonly [number, Twap];

/** Columns that running TWAP orders and those that have ended have in common. */
export function twapColumns<R>(of: (row: R) => Twap): readonly Column<R>[] {
  return [
    {
      key: 'Market',
      cell: (row) => <a href={href('market', of(row).coin)}>{of(row).coin}</a>,
    },
    {
      key: 'Side',
      cell: (row) => (
        <span class={of(row).side === 'B' ? 'up' : 'down'}>
          {of(row).side === 'B' ? 'Buy' : 'Sell'}
        </span>
      ),
    },
    { key: 'Size', align: 'end', cell: (row) => grouped(of(row).sz) },
    { key: 'Traded', align: 'end', cell: (row) => traded(of(row)) },
    { key: 'Average', align: 'end', cell: (row) => <Average of={of(row)} /> },
    { key: 'Minutes', align: 'end', cell: (row) => grouped(String(of(row).minutes)) },
    { key: 'Terms', cell: (row) => words(of(row)) },
  ];
}

const COLUMNS: readonly Column<Row>[] = [
  { key: 'Since', cell: ([, twap]) => <Time ms={twap.timestamp} /> },
  ...twapColumns<Row>(([, twap]) => twap),
  {
    key: 'act',
    head: <span class="hidden">What to do</span>,
    align: 'end',
    cell: ([id, twap]) => (
      <button type="button" class="quiet" onClick={() => end(id, twap)}>
        End<span class="hidden">{` TWAP ${id}`}</span>
      </button>
    ),
  },
];

/** TWAP orders that run, or wait for the mark. */
export function Twaps() {
  return (
    <Table
      label="TWAP orders"
      columns={COLUMNS}
      rows={twaps.value}
      rowKey={([id]) => id}
      empty={
        <Empty title="No TWAP order runs">
          A TWAP order trades its size in parts, one every 30 s, over the minutes that you give it.
        </Empty>
      }
    />
  );
}

function traded(twap: Twap): string {
  const share = Number(twap.sz) ? (Number(twap.executedSz) / Number(twap.sz)) * 100 : 0;
  return `${grouped(twap.executedSz)} (${share.toFixed(0)} %)`;
}

/** An estimate: value over size. */
function Average({ of }: { of: Twap }) {
  const size = Number(of.executedSz);
  const px = size ? (Number(of.executedNtl) / size).toFixed(6) : null;
  return <Price coin={of.coin} px={px} />;
}

function words(twap: Twap): string {
  const { trigger, stopPx } = twap;
  const parts = [
    trigger
      ? `begins at mark ${trigger.above ? '≥' : '≤'} ${priceWords(twap.coin, trigger.px, true)}`
      : '',
    stopPx ? `ends at mark ${priceWords(twap.coin, stopPx, true)}` : '',
    twap.reduceOnly ? 'reduce only' : '',
    twap.randomize ? 'uneven' : '',
  ];
  return parts.filter(Boolean).join('; ');
}

async function end(id: number, twap: Twap): Promise<void> {
  const asset = markets.peek().find((market) => market.coin === twap.coin)?.asset;
  if (asset === undefined) return;
  try {
    await cancelTwap(asset, id);
    toast('good', 'TWAP ended', `What it has traded stays: ${twap.executedSz} ${twap.coin}.`);
  } catch (fault) {
    toast('bad', 'TWAP not ended', fault instanceof Error ? fault.message : '');
  }
}
