import { unscaled } from '../../numbers/decimal';
import { fixed, grouped } from '../../numbers/format';
import { utc } from '../../time/words';

/** A field of a specification as people read it. */
export interface Field {
  /** As `marketSpec` names it, `oracle.band_e12`. */
  readonly name: string;
  readonly label: string;
  readonly words: string;
}

/** What words need to know of the market. */
export interface Scale {
  readonly sizeDecimals: number;
}

const GROUPS: readonly [string, readonly string[]][] = [
  ['Identity', ['symbol', 'dex', 'preset', 'version', 'issuer', 'description', 'share_count']],
  ['Grid', ['price_unit', 'size_decimals', 'tick_atoms', 'min_order']],
  [
    'Risk',
    ['max_leverage', 'margin_mode', 'tiers', 'whole_tiers', 'open_interest', 'position_limit'],
  ],
  ['Risk', ['max_order', 'dex_cap', 'owner_cap', 'largest_owner', 'budget', 'event_margins']],
  ['Risk', ['market_protection', 'maker_protection', 'self_trade']],
  ['Prices', ['reference', 'oracle', 'index']],
  ['Funding', ['funding']],
  ['Fees', ['taker_fee', 'maker_fee', 'fee_', 'growth', 'deployer_share', 'block_priority']],
  ['Dates', ['launch_time', 'auction_ns', 'anticipated', 'outside', 'settlement']],
  ['Ending', ['listing_exchange', 'conversion']],
  ['Losses', ['liquidation', 'adl', 'losses']],
  ['Halts and changes', ['halt', 'resume', 'time_lock']],
  ['Access', ['excluded', 'professional', 'disclosure']],
];

/** The groups of a specification in the order of INST-1, each field once. */
export function grouping(
  specification: Record<string, unknown>,
  scale: Scale,
): readonly [string, readonly Field[]][] {
  const found = new Map<string, Field[]>();
  for (const [name, value] of flattened(specification)) {
    const group = groupOf(name);
    const fields = found.get(group) ?? [];
    fields.push({ name, label: labelOf(name), words: words(name, value, scale) });
    found.set(group, fields);
  }
  const order = [...new Set(GROUPS.map(([group]) => group)), 'Other'];
  return order.flatMap((group) => {
    const fields = found.get(group);
    return fields ? [[group, fields] as [string, readonly Field[]]] : [];
  });
}

/** The group whose word fits the longest beginning of a field's name. */
function groupOf(name: string): string {
  let best = '';
  let group = 'Other';
  for (const [own, starts] of GROUPS) {
    for (const start of starts) {
      if (name.startsWith(start) && start.length > best.length) [best, group] = [start, own];
    }
  }
  return group;
}

/** Fields with those of their groups, `oracle.band_e12`. */
export function flattened(value: Record<string, unknown>, under = ''): [string, unknown][] {
  return Object.entries(value).flatMap(([name, inner]): [string, unknown][] =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? flattened(inner as Record<string, unknown>, `${under}${name}.`)
      : [[under + name, inner]],
  );
}

/** `oracle.band_e12` → `oracle: band`. */
export function labelOf(name: string): string {
  return name
    .replace(/_(e6|e9|e12|ns|lots|atoms)\b/g, '')
    .replaceAll('.', ': ')
    .replaceAll('_', ' ');
}

const WORDS: Record<string, readonly string[]> = {
  margin_mode: ['cross', 'no cross', 'strict isolated'],
  self_trade_prevention: [
    'allowed',
    'cancels the maker',
    'refuses the taker',
    'cancels both',
    'decrements both',
  ],
};

const MONEY = /(notional|cap|value|lower_bound|volume|loss_limit)_e6$/;
const SHARE = /(band|threshold|clamp|cap|interest|min|width)_e12$|_e9$|_e6$/;
const PLAIN = /(multiplier|step_cap)_e6$/;
const OFF_AT_ZERO = /(limit|cap|halt|lots|ns|tick|budget|owner|protection|share)/;

/** A value with its unit. */
export function words(name: string, value: unknown, scale: Scale): string {
  if (name === 'dex' && value === '') return 'main';
  if (value === null || value === '') return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return listWords(name, value, scale);
  if (typeof value !== 'number') return String(value);
  const named = WORDS[name]?.[value];
  if (named) return named;
  if (isTime(name)) return value === 0 ? 'none' : utc(value / 1e6);
  if (value === 0 && OFF_AT_ZERO.test(name)) return 'none';
  if (name.endsWith('_ns')) return spanWords(value / 1e6);
  const last = name.split('.').at(-1) ?? name;
  if (PLAIN.test(last)) return unscaled(BigInt(value), 6);
  if (MONEY.test(last)) return `${grouped(unscaled(BigInt(value), 6))} USD`;
  if (SHARE.test(last)) {
    const decimals = Number(/_e(\d+)$/.exec(last)?.[1] ?? 0);
    return `${unscaled(BigInt(value), decimals - 2)} %`;
  }
  if (name.endsWith('_lots')) return `${unscaled(BigInt(value), scale.sizeDecimals)} contracts`;
  if (name.endsWith('_atoms')) return unscaled(BigInt(value), 6 - scale.sizeDecimals);
  return fixed(String(value), 0);
}

function isTime(name: string): boolean {
  return /(_time|_deadline|_as_of)$/.test(name) && !/quiet_time|rest_time/.test(name);
}

function listWords(name: string, value: readonly unknown[], scale: Scale): string {
  if (value.length === 0) return 'none';
  return value
    .map((one) =>
      typeof one === 'object' && one !== null
        ? Object.entries(one)
            .map(([inner, of]) => `${labelOf(inner)} ${words(inner, of, scale)}`)
            .join(', ')
        : words(name, one, scale),
    )
    .join('; ');
}

const SPANS: readonly [number, string][] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
  [1, 'ms'],
];

function spanWords(ms: number): string {
  const [length, unit] = SPANS.find(([one]) => ms >= one && ms % one === 0) ?? [1, 'ms'];
  return `${fixed(String(ms / length), 0)} ${unit}`;
}
