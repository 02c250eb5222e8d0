import { afterEach, expect, test } from 'vitest';
import { aged } from '../../state/aged';
import { contexts } from '../../state/markets';
import { quote } from '../../state/preferences';
import { pricings } from '../../state/pricings';
import { priceOf, priceWords } from './quoting';

const at = (markPx: string) => aged({ markPx } as never);
const GRID = { szDecimals: 3, tick: null };

afterEach(() => {
  quote.value = 'share';
});

test('INST-6 a price is shown as one of a share or of the company, the other one as an estimate', () => {
  contexts.value = new Map([['CBRS', at('175.5')]]);
  pricings.value = new Map([['CBRS', { unit: 'share', shareCount: '280000000', grid: GRID }]]);
  expect(priceWords('CBRS', '175.5')).toBe('175.50 USD');
  quote.value = 'valuation';
  expect(priceOf('CBRS', '175.5')).toEqual({ text: '49.1400', unit: 'bn USD', indicative: true });
  pricings.value = new Map([['CBRS', { unit: 'share', shareCount: null, grid: GRID }]]);
  expect(priceWords('CBRS', '175.5')).toBe('175.50 USD');
});

test('INST-6 a market that quotes valuations tells the price of a share, where shares are stated', () => {
  const grid = { szDecimals: 2, tick: '0.01' };
  contexts.value = new Map([['ANTH', at('2078.5')]]);
  pricings.value = new Map([['ANTH', { unit: 'valuation', shareCount: '1000000000', grid }]]);
  expect(priceWords('ANTH', '2078.5')).toBe('2,078.50 USD');
  quote.value = 'valuation';
  expect(priceWords('ANTH', '2078.5')).toBe('2,078.50 bn USD');
});

test('all prices of a market have as many decimals as those near its mark, on the grid perhaps more', () => {
  contexts.value = new Map([['CBRS', at('100.01')]]);
  pricings.value = new Map([['CBRS', { unit: 'share', shareCount: null, grid: GRID }]]);
  const texts = ['175', '99.987', '100.0006'].map((px) => priceOf('CBRS', px).text);
  expect(texts).toEqual(['175.00', '99.99', '100.00']);
  expect(priceOf('CBRS', '99.987', true).text).toBe('99.987');
  expect(priceOf('OTHER', '99.9').text).toBe('99.9');
});
