import { effect } from '@preact/signals';
import { book } from '../state/live';

const LONGEST_MS = 1_000;

/** Resolves once the book has been painted, at the latest after a second: what is long comes then. */
export function bookPainted(): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(late);
      end();
      resolve();
    };
    const late = setTimeout(done, LONGEST_MS);
    const end = effect(() => {
      if (book.value) requestAnimationFrame(() => setTimeout(done));
    });
  });
}
