/** The specification's rules about prices, each in a sentence. */
export const CODES = {
  'PRICE-4':
    'The oracle looks at what selling and buying for a fixed sum would fetch in the book; an empty side moves nothing.',
  'PRICE-5':
    'Every few seconds it moves towards that, by the share 1 − exp(−elapsed/time constant).',
  'PRICE-6': 'An update moves it by no more than the step limit, and never out of the bounds.',
  'PRICE-7':
    'The mark is the middle of three: the oracle; the oracle plus the averaged distance of the middle of the book; the middle of best bid, best ask and last trade.',
  'PRICE-8':
    'The mark moves by no more than the step limit from the mark before, within the bounds.',
  'PRICE-9': 'The mark of a market with an index stays within a clamp around that index.',
  'PRICE-10': 'Oracle and mark stay within the discovery band; orders need not.',
  'PRICE-11': 'An oracle that comes near an edge moves the reference there, a few times each way.',
  'PRICE-15': 'Each observation weighs by its kind and its age; no source has more than its cap.',
  'PRICE-16':
    'The index follows the weighted median, smoothed, and within limits by minute and hour.',
  'PRICE-20': 'When outside prices come back the oracle walks to them at the step limit.',
} as const;

export type Code = keyof typeof CODES;
