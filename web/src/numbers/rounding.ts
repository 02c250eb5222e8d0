/** Bringing prices and sizes on a market's grid. The direction is in the name. */

import { decimalsOf, scaled, unscaled } from './decimal';

/** A grid: `tick` is decimal text, or null where prices have five figures. */
export interface Grid {
  readonly szDecimals: number;
  readonly tick: string | null;
}

type Direction = 'down' | 'up' | 'nearest';

const FIGURES = 5;
const PRICE_DECIMALS = 6;

/** Prices have at most this many decimals. */
export function priceDecimals(grid: Grid): number {
  return PRICE_DECIMALS - grid.szDecimals;
}

/** Decimals that prices near one have: those of the tick, or what five figures leave. */
export function decimalsNear(px: string, grid: Grid): number {
  if (grid.tick !== null) return decimalsOf(grid.tick);
  const whole = (px.split('.')[0] ?? '').replace(/^-?0*/, '').length;
  return Math.min(priceDecimals(grid), Math.max(0, FIGURES - whole));
}

export function priceDown(text: string, grid: Grid): string {
  return onGrid(text, grid, 'down');
}

export function priceUp(text: string, grid: Grid): string {
  return onGrid(text, grid, 'up');
}

export function priceNearest(text: string, grid: Grid): string {
  return onGrid(text, grid, 'nearest');
}

/** A size never grows by rounding. */
export function sizeDown(text: string, grid: Grid): string {
  const wide = Math.max(decimalsOf(text), grid.szDecimals);
  const step = 10n ** BigInt(wide - grid.szDecimals);
  return unscaled(toStep(scaled(text, wide), step, 'down'), wide);
}

export function isOnPriceGrid(text: string, grid: Grid): boolean {
  return decimalsOf(text) <= priceDecimals(grid) && priceDown(text, grid) === priceUp(text, grid);
}

function onGrid(text: string, grid: Grid, direction: Direction): string {
  const wide = Math.max(decimalsOf(text), priceDecimals(grid));
  const units = scaled(text, wide);
  const places = 10n ** BigInt(wide - priceDecimals(grid));
  const step = grid.tick ? scaled(grid.tick, wide) : figures(units, wide);
  return unscaled(toStep(units, step > places ? step : places, direction), wide);
}

/** The step that leaves five figures; whole numbers are always allowed. */
function figures(units: bigint, wide: number): bigint {
  const length = (units < 0n ? -units : units).toString().length;
  const step = 10n ** BigInt(Math.max(0, length - FIGURES));
  const one = 10n ** BigInt(wide);
  return step < one ? step : one;
}

function toStep(units: bigint, step: bigint, direction: Direction): bigint {
  const rest = ((units % step) + step) % step;
  if (rest === 0n) return units;
  const down = units - rest;
  if (direction === 'down') return down;
  if (direction === 'up') return down + step;
  return rest * 2n >= step ? down + step : down;
}
