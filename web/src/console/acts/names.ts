import { effectName } from './effect-words';
import { ACT_KINDS } from './kinds';

/** Acts that have no form here, and those of deployers. */
const OTHERS: Readonly<Record<string, string>> = {
  approve: 'Approve a proposal',
  reject: 'Reject a proposal',
  pauseWithdrawals: 'Pause withdrawals',
  resumeWithdrawals: 'Resume withdrawals',
  approveWithdrawal: 'Approve a withdrawal',
  releaseWithdrawal: 'Book a withdrawal as paid',
  refuseWithdrawal: 'Refuse a withdrawal',
  observe: 'Observation',
  externalPrice: 'Outside price',
  exchangeHalt: 'Halt at the exchange',
  indicativeAuction: 'Indicative auction',
  haltTrading: 'Halt or resume (deployer)',
  setOracle: 'Outside price (deployer)',
};

/** What acts are called, by the kind that the wire has. */
export const ACT_NAMES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(ACT_KINDS.map((kind) => [kind.kind, kind.label])),
  ...OTHERS,
};

export function actName(kind: string): string {
  return ACT_NAMES[kind] ?? kind;
}

/** What a field of an act is called, with its unit. */
export function fieldName(kind: string, name: string): string {
  const fields = ACT_KINDS.find((one) => one.kind === kind)?.fields;
  const field = fields?.find((one) => one.name === name);
  if (field && name.endsWith('Ms')) return effectName(name);
  if (field)
    return field.unit && field.unit !== 'UTC' ? `${field.label}, ${field.unit}` : field.label;
  return MORE[name] ?? effectName(name);
}

const MORE: Readonly<Record<string, string>> = {
  px: 'Price, USD',
  value: 'Value, USD',
  amount: 'Amount, USD',
  size: 'Size, USD',
  settledPart: 'Part that settles',
  observedAt: 'Observed',
  observationKind: 'Kind',
  source: 'Source',
  time: 'Seen',
  reference: 'Reference',
  user: 'Account',
  id: 'Withdrawal',
  proposalId: 'Proposal',
  effectiveTime: 'In force from',
  pairedVolume: 'Shares paired',
  halted: 'Halted',
  reason: 'Reason',
  session: 'Session',
  unit: 'Unit',
  dex: 'Dex',
};
