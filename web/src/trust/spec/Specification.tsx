import { useSignal } from '@preact/signals';
import { Badge } from '../../parts/Badge';
import { Empty } from '../../parts/Empty';
import parts from '../../parts/parts.module.css';
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
      <Groups found={found} own={own} scale={scale} />
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
        class={parts.control}
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

interface GroupsProps {
  found: MarketSpec;
  own: Map<string, unknown>;
  scale: Scale;
}

/** All fields in one table, so that values stand below each other. */
function Groups({ found, own, scale }: GroupsProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
    <section class={css.scroll} aria-label="Specification" tabIndex={0}>
      <table class={css.spec}>
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">Value</th>
            <th scope="col">Where from</th>
            <th scope="col">The preset has</th>
          </tr>
        </thead>
        {grouping(found.specification, scale).map(([group, fields]) => (
          <tbody key={group}>
            <tr>
              <th scope="rowgroup" colSpan={4} class={css.group}>
                {group}
              </th>
            </tr>
            {fields.map((field) => (
              <Row key={field.name} field={field} own={own} scale={scale} />
            ))}
          </tbody>
        ))}
      </table>
    </section>
  );
}

const OF_MARKET = new Set(['dex', 'preset', 'version']);

function Row({ field, own, scale }: { field: Field; own: Map<string, unknown>; scale: Scale }) {
  const differs = own.has(field.name);
  return (
    <tr>
      <th scope="row" title={field.name}>
        {field.label}
      </th>
      <td>{field.words}</td>
      <td>
        {differs ? <Badge tone="warn">own value</Badge> : null}
        {differs ? null : (
          <span class="soft">{OF_MARKET.has(field.name) ? 'this market' : 'preset'}</span>
        )}
      </td>
      <td>{differs ? words(field.name, own.get(field.name), scale) : ''}</td>
    </tr>
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
            {row.text ? (
              <details>
                <summary>The text as it was announced</summary>
                <p class="soft">{row.text}</p>
              </details>
            ) : null}
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
