import { signal } from '@preact/signals';
import { toast } from '../../parts/toast';
import { connecting, session } from '../../session/session';
import { openOrders, selectedOrder } from '../../state/account';
import { context } from '../../state/live';
import { grid, markets } from '../../state/markets';
import { keysOn } from '../../state/preferences';
import { amend, draft } from '../draft';
import { stepPrice, stepSize } from '../fields/stepping';
import { cancel } from '../sending/orders';
import { submit } from '../sending/submit';

/** Whether the list of keys is open. */
export const helping = signal(false);

export type Deed =
  | 'buy'
  | 'sell'
  | 'price-up'
  | 'price-down'
  | 'size-up'
  | 'size-down'
  | 'submit'
  | 'cancel'
  | 'next'
  | 'previous'
  | 'help'
  | 'clear';

/** What a key means on the page; keys with Ctrl, Alt or Meta are the browser's. */
export function deedOf(event: KeyboardEvent): Deed | null {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return null;
  if (event.key === 'ArrowUp') return event.shiftKey ? 'size-up' : 'price-up';
  if (event.key === 'ArrowDown') return event.shiftKey ? 'size-down' : 'price-down';
  const plain: Record<string, Deed> = {
    '?': 'help',
    b: 'buy',
    s: 'sell',
    c: 'cancel',
    j: 'next',
    k: 'previous',
    Enter: 'submit',
    Escape: 'clear',
  };
  return plain[event.key] ?? null;
}

/** Whether somebody types, chooses, is in a dialog or on the chart: keys are then theirs. */
export function isBusy(target: EventTarget | null): boolean {
  if (!(target instanceof Element) || document.querySelector('dialog[open]')) return true;
  if (target === document.body || target.id === 'main') return false;
  const typing =
    'input, select, textarea, [contenteditable], dialog, [role=tab], [role=application], ' +
    'section[tabindex]';
  return target.closest(typing) !== null;
}

/** Listens until the returned function is called. */
export function watchKeys(): () => void {
  const hear = (event: KeyboardEvent) => {
    const deed = deedOf(event);
    if (!deed || keysOn.peek() === 'off' || isBusy(event.target)) return;
    // Enter on a button or a link is that button's.
    const own = event.target instanceof Element && event.target.closest('button, a, summary');
    if (deed === 'submit' && own) return;
    event.preventDefault();
    act(deed);
  };
  document.addEventListener('keydown', hear);
  return () => document.removeEventListener('keydown', hear);
}

function act(deed: Deed): void {
  if (deed === 'buy' || deed === 'sell') amend({ buy: deed === 'buy' });
  else if (deed === 'help') helping.value = true;
  else if (deed === 'submit') send();
  else if (deed === 'cancel') void cancelSelected();
  else if (deed === 'next' || deed === 'previous') select(deed === 'next' ? 1 : -1);
  else if (deed === 'clear') selectedOrder.value = null;
  else step(deed);
}

function send(): void {
  if (session.peek()) void submit();
  else connecting.value = true;
}

function step(deed: Deed): void {
  const on = grid.peek();
  const now = draft.peek();
  if (!on) return;
  const up = deed.endsWith('up');
  if (deed.startsWith('size')) {
    amend({
      sizeUnit: 'contracts',
      sz: stepSize(now.sizeUnit === 'contracts' ? now.sz : '', up, on),
    });
    return;
  }
  const waiting = now.kind === 'stop' || now.kind === 'profit';
  const field = waiting ? 'triggerPx' : 'px';
  const near = context.peek()?.value.markPx ?? null;
  amend({ [field]: stepPrice(now[field], up, on, near) });
}

function select(by: 1 | -1): void {
  const oids = openOrders.peek().map((order) => order.oid);
  if (oids.length === 0) return;
  const at = oids.indexOf(selectedOrder.peek() ?? -1);
  const to = at < 0 ? (by > 0 ? 0 : oids.length - 1) : (at + by + oids.length) % oids.length;
  selectedOrder.value = oids[to] ?? null;
}

async function cancelSelected(): Promise<void> {
  const order = openOrders.peek().find((one) => one.oid === selectedOrder.peek());
  if (!order) {
    toast('plain', 'No order is selected', 'Select one with j and k, or click its row.');
    return;
  }
  const asset = markets.peek().find((one) => one.coin === order.coin)?.asset;
  if (asset === undefined) return;
  try {
    await cancel([{ asset, oid: order.oid }]);
    toast('good', 'Cancelled', `Order ${order.oid} of ${order.coin} has ended.`);
  } catch (fault) {
    toast('bad', 'Not cancelled', fault instanceof Error ? fault.message : '');
  }
}
