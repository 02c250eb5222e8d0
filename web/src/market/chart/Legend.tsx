import { grouped } from '../../numbers/format';
import { Live } from '../../parts/values/Live';
import { context, status } from '../../state/live';
import { spec } from '../../state/markets';
import { hiddenOverlays } from '../../state/preferences';
import { reading } from '../quoting/quoting';
import css from './chart.module.css';

interface Entry {
  /** Of an overlay. */
  name: string;
  label: string;
  value?: string | null;
}

/** What the lines are and where they stand; each can be switched off. */
export function Legend() {
  const now = status.value?.value;
  const hasIndex = spec.value?.specification.index !== null;
  const price = (px: string | null | undefined) => (px ? reading(px).text : null);
  const band = hasIndex ? clampWords() : bandWords(price);
  const entries: Entry[] = [
    { name: 'mark', label: 'Mark', value: price(context.value?.value.markPx) },
    {
      name: 'oracle',
      label: hasIndex ? 'Index' : 'Oracle',
      value: price(context.value?.value.oraclePx),
    },
    { name: 'bounds', label: hasIndex ? 'Clamp' : 'Band', value: band },
    {
      name: 'twap',
      label: now?.settlementPx ? 'Settled at' : 'TWAP to date',
      value: price(now?.settlementPx ?? now?.twapToDate),
    },
    { name: 'flags', label: 'Announcements' },
    { name: 'orders', label: 'Orders' },
    { name: 'fills', label: 'Fills, entry' },
  ];
  return (
    <Live held={context.value} block>
      <fieldset class={css.legend}>
        <legend class="hidden">Drawn over the candles</legend>
        {entries.map((entry) => (
          <Switch key={entry.name} {...entry} />
        ))}
      </fieldset>
    </Live>
  );
}

function Switch({ name, label, value }: Entry) {
  const shown = !hiddenOverlays.value.has(name);
  return (
    <button
      type="button"
      class={css.entry}
      aria-pressed={shown}
      onClick={() => {
        const names = new Set(hiddenOverlays.value);
        if (shown) names.add(name);
        else names.delete(name);
        hiddenOverlays.value = names;
      }}
    >
      <span class={`${css.swatch} ${css[name]}`} aria-hidden="true" />
      {label}
      {value ? <span class={css.value}>{value}</span> : null}
    </button>
  );
}

function bandWords(price: (px: string | null) => string | null): string | null {
  const now = status.value?.value;
  if (!now?.bandLow || !now.bandHigh) return null;
  const { up, down, max } = now.reAnchors;
  return `${short(price(now.bandLow))} to ${short(price(now.bandHigh))}, moved ${up} up, ${down} down of ${max}`;
}

function short(text: string | null): string {
  return text === null
    ? '–'
    : grouped(String(Number(Number(text.replaceAll(',', '')).toPrecision(6))));
}

function clampWords(): string | null {
  const width = spec.value?.specification.index?.mark_width_e12;
  return width === undefined ? null : `index ±${width / 1e10} %`;
}
