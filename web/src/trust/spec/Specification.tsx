import { useSignal } from '@preact/signals';
import { Badge } from '../../parts/Badge';
import { Empty } from '../../parts/Empty';
import { Table } from '../../parts/Table';
import { Countdown } from '../../parts/values/Countdown';
import { Time } from '../../parts/values/Time';
import { marketSpec } from '../../wire/reads';
import type { MarketSpec, PendingChange } from '../../wire/types';
import css from '../trust.module.css';
import { useRead } from '../useRead';
import { Capital } from './Capital';
import { type Field, flattened, grouping, labelOf, type Scale, words } from './fields';

/** The rules of a market: each value with where it comes from, versions, what is about to change. */
export function Specification({ coin }: { coin: string }) {
  const version = useSignal<number | undefined>(undefined);
  const held = useRead(() => marketSpec(coin, version.value), [coin, version.value]);
  const inForce = useRead(() => marketSpec(coin), [coin]);
  const found = held?.value;
  if (!found) return <p class="soft">Reading the specification…</p>;
  const scale = { sizeDecimals: found.specification.size_decimals };
  const own = ownValues(found);
  const ahead = flattened(found.afterListing);
  return (
    <>
      <p class={css.row}>
        <span>
          Preset <strong>{found.preset}</strong>
        </span>
        <Versions found={found} inForce={inForce?.value.version} choose={version} />
        <span class="soft">{`${own.size} values of its own, the others from the preset`}</span>
      </p>
      {found.pending.length > 0 ? <Pending rows={found.pending} scale={scale} /> : null}
      {grouping(found.specification, scale).map(([group, fields]) => (
        <Group key={group} name={group} fields={fields} own={own} scale={scale} />
      ))}
      {ahead.length > 0 ? <After rows={ahead} scale={scale} /> : null}
      <Capital coin={coin} />
    </>
  );
}

/** Values that differ from the preset, with what the preset has. */
function ownValues(found: MarketSpec): Map<string, unknown> {
  const own = new Map<string, unknown>();
  for (const { field, preset, value } of found.differences) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      own.set(field, preset);
      continue;
    }
    const theirs = (preset ?? {}) as Record<string, unknown>;
    for (const [inner, ours] of Object.entries(value)) {
      if (JSON.stringify(theirs[inner]) !== JSON.stringify(ours)) {
        own.set(`${field}.${inner}`, theirs[inner] ?? null);
      }
    }
  }
  return own;
}

interface VersionsProps {
  found: MarketSpec;
  inForce: number | undefined;
  choose: { value: number | undefined };
}

function Versions({ found, inForce, choose }: VersionsProps) {
  return (
    <label class={css.picker}>
      <span class="soft">Version</span>
      <select
        value={found.version}
        onChange={(event) => {
          choose.value = Number(event.currentTarget.value);
        }}
      >
        {[...found.versions].reverse().map((one) => (
          <option key={one} value={one}>
            {one === inForce ? `${one}, in force` : one}
          </option>
        ))}
      </select>
    </label>
  );
}

interface GroupProps {
  name: string;
  fields: readonly Field[];
  own: Map<string, unknown>;
  scale: Scale;
}

function Group({ name, fields, own, scale }: GroupProps) {
  return (
    <>
      <h2>{name}</h2>
      <Table
        label={name}
        pageSize={100}
        columns={[
          { key: 'Field', cell: (row) => <span title={row.name}>{row.label}</span> },
          { key: 'Value', cell: (row) => <span class={css.value}>{row.words}</span> },
          {
            key: 'Where from',
            cell: (row) =>
              own.has(row.name) ? (
                <Badge tone="warn">own value</Badge>
              ) : (
                <span class="soft">preset</span>
              ),
          },
          {
            key: 'The preset has',
            cell: (row) =>
              own.has(row.name) ? (
                <span class={css.value}>{words(row.name, own.get(row.name), scale)}</span>
              ) : (
                ''
              ),
          },
        ]}
        rows={fields}
        rowKey={(row) => row.name}
        empty={<Empty title="No fields" />}
      />
    </>
  );
}

function Pending({ rows, scale }: { rows: readonly PendingChange[]; scale: Scale }) {
  return (
    <section class={css.pending} aria-label="Pending changes">
      <h2>Approved, not yet in force</h2>
      <ul>
        {rows.map((row) => (
          <li key={row.proposalId}>
            <p>
              {`Proposal ${row.proposalId}, in `}
              <Countdown to={row.effectiveTime} />
              {', '}
              <Time ms={row.effectiveTime} />
            </p>
            <p>
              {Object.entries(row.changes)
                .map(([name, value]) => `${labelOf(name)} becomes ${words(name, value, scale)}`)
                .join('; ')}
            </p>
            {row.text ? <p class="soft">{row.text}</p> : null}
          </li>
        ))}
      </ul>
    </section>
  );
}

function After({ rows, scale }: { rows: readonly [string, unknown][]; scale: Scale }) {
  return (
    <details>
      <summary>What its rules become after the listing (INST-5)</summary>
      <Table
        label="After the listing"
        pageSize={100}
        columns={[
          { key: 'Field', cell: ([name]) => labelOf(name) },
          {
            key: 'Value',
            cell: ([name, value]) => <span class={css.value}>{words(name, value, scale)}</span>,
          },
        ]}
        rows={rows}
        rowKey={([name]) => name}
        empty={<Empty title="Nothing changes" />}
      />
    </details>
  );
}
