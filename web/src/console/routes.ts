import type { ComponentType } from 'preact';
import { MarketsPage } from './MarketsPage';

export interface ConsoleRoute {
  readonly name: string;
  readonly label: string;
  readonly page: ComponentType<{ rest: readonly string[] }>;
}

/** The pages of operators; the first opens without an address. */
export const consoleRoutes: readonly [ConsoleRoute, ...ConsoleRoute[]] = [
  { name: 'markets', label: 'Markets', page: MarketsPage },
];
