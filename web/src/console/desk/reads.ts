import { info } from '../../wire/reads';

/** Shapes of what the console reads beside what the screen does; amounts are decimal text. */

export interface KnownOperator {
  address: string;
  roles: string[];
  deploys: string[];
  sources: string[];
}

export type Fields = Record<string, unknown>;

/** What has been proposed, whatever became of it. */
export interface Proposed {
  proposalId: number;
  coin: string | null;
  kind: string;
  grounds: string;
  text: string;
  hash: string;
  proposer: string;
  time: number;
}

export interface Proposal extends Proposed {
  expires: number;
  isStale: boolean;
  fields: Fields;
  specification?: Fields;
  terms?: Fields;
  dex?: string;
}

export interface Decision extends Proposed {
  outcome: 'approved' | 'rejected' | 'expired';
  decidedBy: string | null;
  decidedTime: number;
  seq: number;
}

/** An act as the record has it: who, when, what, and what came of it. */
export interface RecordedAct {
  seq: number;
  time: number;
  kind: string;
  coin: string | null;
  by: string;
  roles: string[];
  outcome: 'done' | 'proposed' | 'refused';
  refusal: string | null;
  proposalId: number | null;
  grounds: string;
  fields: Fields;
}

/** Which acts of the record are asked for. */
export interface ActsWanted {
  before?: number;
  act?: string;
  by?: string;
  coin?: string;
}

export interface IndexInput {
  source: string;
  kind: string;
  value: string;
  unit: string;
  observedAt: number;
  weight: string;
  state: string;
  reason: string | null;
}

export interface PriceSource {
  source: string;
  px: string | null;
  time: number | null;
  state: string;
  reason: string | null;
}

export interface Side {
  accounts: number;
  sz: string;
  entryPx: string | null;
  gained: string;
  lost: string;
  funding: string;
  ruined: number;
  deficit: string;
}

export interface Outcome {
  px: string;
  markPx: string;
  long: Side;
  short: Side;
  insuranceFund: string;
  deficit: string;
  borneByOthers: string;
}

export interface Changed {
  field: string;
  before: unknown;
  after: unknown;
}

/** What an act would announce and do, as the venue says. */
export interface Preview {
  coin: string | null;
  text: string | null;
  hash: string | null;
  refusal: string | null;
  fields: Fields;
  changes: Changed[];
  /** Sentences worth reading before it is signed. */
  notes: string[];
  effectiveTime: number | null;
  /** The one that an act is about, as it waits now. */
  withdrawal: WaitingPayout | null;
  outcome: Outcome | null;
}

/** A withdrawal beside what may still leave the venue within its hour, USD. */
export interface WaitingPayout {
  id: number;
  user: string;
  dex: string;
  destination: string;
  amount: string;
  time: number;
  releaseTime: number;
  approvals: number;
  approvalsNeeded: number;
  approvedBy: string[];
  hourRoom: string;
}

export interface Shock {
  movePct: string;
  px: string;
  longSz: string;
  shortSz: string;
  accounts: number;
  shortfall: string;
}

export interface Withdrawal {
  id: number;
  user: string;
  time: number;
  dex: string;
  destination: string;
  amount: string;
  state: string;
  releaseTime: number;
  approvals: number;
  approvalsNeeded: number;
}

export type WithdrawalTerms = { paused: boolean } & Record<string, string | number | boolean>;

export function operators(): Promise<KnownOperator[]> {
  return info({ type: 'operators' });
}

export function proposals(): Promise<Proposal[]> {
  return info({ type: 'proposals' });
}

/** Those decided, newest first, from a number down. */
export function decisions(id?: number): Promise<Decision[]> {
  return info({ type: 'decisions', ...(id === undefined ? {} : { id }) });
}

export function indexInputs(coin: string): Promise<IndexInput[]> {
  return info({ type: 'indexInputs', coin });
}

export function priceSources(coin: string): Promise<PriceSource[]> {
  return info({ type: 'priceSources', coin });
}

export function withdrawalTerms(): Promise<WithdrawalTerms> {
  return info({ type: 'withdrawalTerms' });
}
