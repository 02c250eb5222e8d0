import { expect, test } from 'vitest';
import { explained, type Facts } from './explained';

const row = (markPx: string, oraclePx: string, components: string[]) => ({
  time: 1,
  markPx,
  oraclePx,
  components,
});

const THREE: Facts = {
  row: row('175.2', '175.0', ['175.0', '175.2', '175.4']),
  before: row('175.1', '175.0', []),
  bounds: { low: '131.25', high: '218.75', reference: '175' },
  stepLimit: '0.005',
  clamp: null,
  unit: 'USD',
  listed: false,
};

const words = (facts: Facts, title: string) => {
  const step = explained(facts).find((one) => one.title === title);
  return `${step?.words} = ${step?.result}`;
};

test('PRICE-7 the mark is the median of its three parts', () => {
  expect(words(THREE, 'Median')).toBe('of 175, 175.2 and 175.4 = 175.2 USD');
  expect(words(THREE, 'Oracle with basis')).toContain('175 + 0.2');
  expect(words(THREE, 'Mark')).toContain('lead to it = 175.2 USD');
});

test('PRICE-8 what binds is said', () => {
  const jump = { ...THREE, row: row('175.975', '177', ['177', '178', '179']) };
  expect(words(jump, 'Step limit')).toBe(
    'within 0.5 % of 175.1: 174.2245 to 175.9755 = 175.9755 USD, binds',
  );
  expect(words(jump, 'Discovery band')).toContain('does not bind');
  expect(words(jump, 'Mark')).toContain('lead to it');
});

test('a mark that the steps do not lead to is said to be held', () => {
  const held = { ...THREE, row: row('174', '175.0', ['175.0', '175.2', '175.4']) };
  expect(words(held, 'Mark')).toContain('held or bound');
});

test('PRICE-9 the mark of an index stays in its clamp', () => {
  const facts = { ...THREE, clamp: '0.0025', row: row('2005', '2000', ['2000', '2100', '2000']) };
  expect(words(facts, 'Index with basis')).toContain('2,000 + 100');
  expect(words(facts, 'Clamp')).toBe(
    'within 0.25 % of the index: 1,995 to 2,005 = 2,005 USD, binds',
  );
  expect(words(facts, 'Mark')).toContain('lead to it');
});
