import type { ActKind } from '../field';
import { setAccount } from './accounts';
import { disableDex, settle } from './ends';
import { confirmListing, declareEvent, listMarket } from './listing';
import { credit, debit, payIn, withdrawalTerms } from './money';
import { changeSpec, eventPhase, rebase, resolveInput, setPhase } from './rules';
import { announce, halt, publishDisclosure, resume } from './words';

/** Every act that has a form, in the order in which they are offered. */
export const ACT_KINDS: readonly ActKind[] = [
  halt,
  resume,
  changeSpec,
  eventPhase,
  setPhase,
  rebase,
  resolveInput,
  listMarket,
  confirmListing,
  declareEvent,
  settle,
  disableDex,
  credit,
  debit,
  payIn,
  withdrawalTerms,
  setAccount,
  announce,
  publishDisclosure,
];
