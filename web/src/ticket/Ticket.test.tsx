import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { session } from '../session/session';
import { markets, selectedCoin, spec } from '../state/markets';
import type { MarketSpec } from '../wire/types';
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
    },
  } as MarketSpec;
  session.value = { account: '0x1', label: 'dev', kind: 'dev' } as never;
});

test('an order can be sent only when nothing speaks against it', async () => {
  render(<Ticket />);
  const send = () => screen.getByRole<HTMLButtonElement>('button', { name: 'Buy CBRS' });
  expect(send().disabled).toBe(true);
  fireEvent.input(screen.getByLabelText(/^Price/), { target: { value: '175.12' } });
  fireEvent.input(screen.getByLabelText(/^Size/), { target: { value: '0.0001' } });
  expect(await screen.findByText('Sizes here have 3 decimals.')).toBeTruthy();
  expect(send().disabled).toBe(true);
  fireEvent.input(screen.getByLabelText(/^Size/), { target: { value: '1' } });
  expect(await screen.findByText('175.12')).toBeTruthy();
  expect(send().disabled).toBe(false);
});

test('a price from the book goes into a limit order', async () => {
  draft.value = { ...EMPTY, kind: 'market' };
  render(<Ticket />);
  choosePrice('174.9');
  expect(await screen.findByDisplayValue('174.9')).toBeTruthy();
});
