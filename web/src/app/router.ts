import { signal } from '@preact/signals';

/** The route is in the hash, so that one page serves all: `#/market/CBRS`; `#/` has the name ''. */
export const route = signal<readonly string[]>(read());

function read(): readonly string[] {
  if (globalThis.location.hash === '#/') return [''];
  return globalThis.location.hash
    .replace(/^#\/?/, '')
    .split('/')
    .filter(Boolean)
    .map((part) => safeDecode(part));
}

function safeDecode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

globalThis.addEventListener('hashchange', () => {
  route.value = read();
});

/** The address of a route, for links. */
export function href(...parts: string[]): string {
  return `#/${parts.map(encodeURIComponent).join('/')}`;
}
