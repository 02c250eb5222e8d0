import { signal } from '@preact/signals';
import { toast } from '../../parts/toast';
import { market } from '../../state/markets';
import { amend, draft } from '../draft';
import { result } from '../result';
import { terms } from '../terms/live';
import { orderAction, place } from './orders';

/** Whether an order is on its way: no second one is sent meanwhile. */
export const sending = signal(false);

/** Sends the draft if nothing speaks against it, and says what came of it. */
export async function submit(): Promise<void> {
  const chosen = market.peek();
  const order = result.peek()?.order;
  const now = terms.peek();
  if (!chosen || !order || !now || sending.peek()) return;
  sending.value = true;
  try {
    const outcome = await place(orderAction(chosen.asset, draft.peek(), order, now.rules.grid));
    toast('good', outcome.title, outcome.text);
    amend({ sz: '' });
  } catch (fault) {
    const text = fault instanceof Error ? fault.message : 'Something went wrong.';
    toast('bad', 'The order was not placed', text);
  } finally {
    sending.value = false;
  }
}
