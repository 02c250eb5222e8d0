import { useEffect, useState } from 'preact/hooks';
import { fixed, percent } from '../../numbers/format';
import { Badge } from '../../parts/Badge';
import { Empty } from '../../parts/Empty';
import { type Column, Table } from '../../parts/Table';
import { remaining, utc } from '../../time/words';
import { type IndexThen, indexAt } from '../../wire/trust';
import { type Counted, counted } from './shares';

type Found = IndexThen | 'reading' | 'none' | 'failed';

interface Props {
  coin: string;
  ms: number;
  unit: string;
}

/** What the index of a moment was made of: who said what, how long before, how much it weighed. */
export function InputsThen({ coin, ms, unit }: Props) {
  const [found, know] = useState<Found>('reading');
  useEffect(() => {
    let ended = false;
    know('reading');
    indexAt(coin, ms).then(
      (index) => !ended && know(index ?? 'none'),
      () => !ended && know('failed'),
    );
    return () => {
      ended = true;
    };
  }, [coin, ms]);
  return (
    <>
      <h3>What the index was made of</h3>
      {typeof found === 'string' ? (
        <p role="status">{SAID[found]}</p>
      ) : (
        <Made found={found} unit={unit} />
      )}
    </>
  );
}

const SAID = {
  reading: 'Reading the inputs of that moment…',
  none: 'No index had been computed out of observations by then.',
  failed: 'The venue did not say what the index was made of. Close this and ask again.',
} as const;

function Made({ found, unit }: { found: IndexThen; unit: string }) {
  const decimals = decimalsOfIndex(found.indexPx);
  const px = (text: string | null) => `${fixed(text, decimals)} ${unit}`;
  const rows = counted(found);
  const cap = percent(found.influenceCap, 0).replace('+', '');
  return (
    <>
      <p>
        {found.frozen
          ? `Frozen at ${px(found.indexPx)}: ${found.frozen}. `
          : `Its weighted median is ${px(found.medianPx)}; smoothed and limited, the index was ${px(found.indexPx)}. `}
        <span class="soft">
          {'Of '}
          <time dateTime={new Date(found.time).toISOString()}>{utc(found.time)}</time>
          {`, method ${found.methodVersion}.`}
        </span>
      </p>
      <Table
        label="Inputs of the index then"
        columns={columns(unit, decimals)}
        rows={rows}
        rowKey={(row) => `${row.source} ${row.kind}`}
        empty={<Empty title="No live source">Nobody had said anything that still counted.</Empty>}
      />
      <p class="soft">
        {`A weight fades with its age. Where there are enough sources none has more than ${cap} of the influence`}
        {rows.some((one) => one.isCapped) ? '; the weights are those after that cap.' : '.'}
      </p>
    </>
  );
}

const FIGURES = 6;

/** Six figures, at least two decimals: inputs are told finer than anybody reads. */
function decimalsOfIndex(px: string): number {
  const whole = (px.split('.')[0] ?? '').length;
  return Math.max(2, FIGURES - whole);
}

function columns(unit: string, decimals: number): readonly Column<Counted>[] {
  return [
    { key: 'Source', cell: (row) => row.source },
    { key: 'Kind', cell: (row) => row.kind.replaceAll('_', ' ') },
    { key: `Says (${unit})`, align: 'end', cell: (row) => fixed(row.px, decimals) },
    {
      key: 'Age',
      align: 'end',
      cell: (row) =>
        row.age === null ? (
          <span title="From before a change of units">–</span>
        ) : (
          remaining(row.age)
        ),
    },
    { key: 'Weight', align: 'end', cell: (row) => Number(row.weight).toFixed(6) },
    {
      key: 'Share',
      align: 'end',
      cell: (row) => (
        <>
          {row.isCapped ? (
            <>
              <Badge tone="warn">at the cap</Badge>{' '}
            </>
          ) : null}
          {`${(row.share * 100).toFixed(1)} %`}
        </>
      ),
    },
  ];
}
