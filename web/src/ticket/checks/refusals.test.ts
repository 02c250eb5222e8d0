import { expect, test } from 'vitest';
import table from '../../../../docs/reference/refusals.md?raw';
import { REFUSALS } from './refusals';

test('ORD-5 what is foreseen is said in the words of the reference', () => {
  for (const [name, sentence] of Object.entries(REFUSALS)) {
    expect(table).toContain(`| \`${name}\` | ${sentence} |`);
  }
});
