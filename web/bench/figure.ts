/** One measured number; `bound` is what it should not exceed, null where nothing is promised. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly bound: number | null;
  /** What was done, so that a stranger can do it again. */
  readonly workload: string;
}

/** The middle one; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Two digits behind the point. */
export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

/** The rate of a line through points (x, y) by least squares, and its standard error. */
export function slope(points: readonly (readonly [number, number])[]): {
  rate: number;
  error: number;
} {
  const count = points.length;
  const mean = (of: 0 | 1) => points.reduce((sum, point) => sum + point[of], 0) / count;
  const [x, y] = [mean(0), mean(1)];
  const spread = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
  const rate = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0) / spread;
  const rest = points.reduce((sum, point) => sum + (point[1] - y - rate * (point[0] - x)) ** 2, 0);
  return { rate, error: Math.sqrt(rest / Math.max(1, count - 2) / spread) };
}
