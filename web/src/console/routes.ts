import type { ComponentType } from 'preact';
import { ActsPage } from './acts/ActsPage';
import { ProposalsPage } from './proposals/ProposalsPage';
import { AuditPage } from './records/AuditPage';
import { WithdrawalsPage } from './records/WithdrawalsPage';
import { FeedsPage } from './watch/FeedsPage';
import { HaltsPage } from './watch/HaltsPage';
import { RiskPage } from './watch/RiskPage';

export interface ConsoleRoute {
  readonly name: string;
  readonly label: string;
  readonly page: ComponentType<{ rest: readonly string[] }>;
}

/** The pages of operators; the first opens without an address. */
export const consoleRoutes: readonly [ConsoleRoute, ...ConsoleRoute[]] = [
  { name: 'proposals', label: 'Proposals', page: ProposalsPage },
  { name: 'acts', label: 'Acts', page: ActsPage },
  { name: 'halts', label: 'Halts', page: HaltsPage },
  { name: 'risk', label: 'Risk', page: RiskPage },
  { name: 'feeds', label: 'Feeds', page: FeedsPage },
  { name: 'withdrawals', label: 'Withdrawals', page: WithdrawalsPage },
  { name: 'audit', label: 'Audit log', page: AuditPage },
];
