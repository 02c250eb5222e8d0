import { computed } from '@preact/signals';
import { type Checked, checked } from './checks/checked';
import { draft } from './draft';
import { terms } from './terms/live';

/** The draft held against market and account of the moment; null until rules have been read. */
export const result = computed<Checked | null>(() => {
  const now = terms.value;
  return now ? checked(draft.value, now) : null;
});
