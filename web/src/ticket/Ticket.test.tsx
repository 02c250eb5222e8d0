import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { session } from '../session/session';
import { aged } from '../state/aged';
import { context } from '../state/live';
import { markets, selectedCoin, spec } from '../state/markets';
import type { Context, MarketSpec } from '../wire/types';
import { choosePrice, draft, EMPTY } from './draft';
import { Ticket } from './Ticket';

afterEach(cleanup);

beforeEach(() => {
  draft.value = EMPTY;
  markets.value = [
    {
      coin: 'CBRS',
      dex: '',
      asset: 0,
      szDecimals: 3,
      maxLeverage: 5,
      isolatedOnly: true,
      delisted: false,
    },
  ];
  selectedCoin.value = 'CBRS';
  spec.value = {
    specification: {
      tick_atoms: 0,
      max_leverage: 5,
      taker_fee_e9: 900_000,
      min_order_value_e6: 10_000_000,
      price_unit: 'share',
      maker_fee_e9: 300_000,
      max_order_lots: 0,
      position_limit_lots: 0,
      open_interest_lots: 0,
      dex_cap_e6: 0,
      owner_cap_e6: 0,
      market_protection_e6: 0,
      tiers: [{ lower_bound_e6: 0, max_leverage: 5 }],
      whole_tiers: [],
      excluded_jurisdictions: [],
      professional_jurisdictions: ['GB'],
      oracle: { reject_outside_band: false },
    },
  } as unknown as MarketSpec;
  context.value = aged({ markPx: '175' } as Context);
  session.value = { account: '0x1', label: 'dev', kind: 'dev' } as never;
});

test('an order can be sent only when nothing speaks against it', async () => {
  render(<Ticket />);
  const send = () => screen.getByRole<HTMLButtonElement>('button', { name: 'Buy CBRS' });
  expect(send().disabled).toBe(true);
  fireEvent.input(screen.getByLabelText('Price'), { target: { value: '175.12' } });
  fireEvent.input(screen.getByLabelText('Size'), { target: { value: '0.0001' } });
  expect(await screen.findByText(/Sizes here have 3 decimals/)).toBeTruthy();
  expect(send().disabled).toBe(true);
  fireEvent.input(screen.getByLabelText('Size'), { target: { value: '1' } });
  expect(await screen.findByText('175.12')).toBeTruthy();
  expect(send().disabled).toBe(false);
});

test('a price from the book goes into a limit order', async () => {
  draft.value = { ...EMPTY, kind: 'market' };
  render(<Ticket />);
  choosePrice('174.9');
  expect(await screen.findByDisplayValue('174.9')).toBeTruthy();
});

test('keys choose the side and step price and size, but not while somebody types', async () => {
  render(<Ticket />);
  const press = (key: string, more: object = {}) =>
    fireEvent.keyDown(document.body, { key, ...more });
  press('s');
  expect(draft.value.buy).toBe(false);
  press('ArrowUp');
  expect(draft.value.px).toBe('175.01');
  press('ArrowUp', { shiftKey: true });
  expect(draft.value.sz).toBe('0.001');
  press('b', { ctrlKey: true });
  fireEvent.keyDown(screen.getByLabelText('Price'), { key: 'b' });
  expect(draft.value.buy).toBe(false);
  fireEvent.keyDown(screen.getByLabelText('Price'), { key: 'ArrowDown' });
  expect(draft.value.px).toBe('175');
});

test('stops and what waits are for leaving, unless somebody says otherwise', async () => {
  render(<Ticket />);
  fireEvent.click(screen.getByRole('tab', { name: /Stop/ }));
  expect(draft.value).toMatchObject({ kind: 'stop', reduceOnly: true });
  fireEvent.click(screen.getByRole('tab', { name: 'Limit' }));
  expect(draft.value).toMatchObject({ kind: 'limit', reduceOnly: false });
});
