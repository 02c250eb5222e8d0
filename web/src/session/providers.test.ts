import { expect, test } from 'vitest';
import { announced, discover, found } from './providers';

const provider = { request: async () => [] } as never;
const info = { uuid: '1', name: 'Fox', icon: 'data:image/svg+xml,x', rdns: 'io.fox' };

test('what announces itself is held to its shape', () => {
  expect(announced({ info, provider })).toMatchObject({ id: 'io.fox', name: 'Fox' });
  expect(announced({ info: { ...info, icon: 'https://x.invalid/a' }, provider })?.icon).toBeNull();
  expect(announced({ info: { ...info, rdns: '<b>' }, provider })).toBeNull();
  expect(announced({ info, provider: {} as never })).toBeNull();
  expect(announced(null)).toBeNull();
});

test('a wallet that announces itself is offered once, though it is window.ethereum as well', () => {
  window.ethereum = provider;
  discover();
  expect(found.value.map((one) => one.id)).toEqual(['window']);
  const detail = { info, provider };
  globalThis.dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail }));
  expect(found.value.map((one) => one.id)).toEqual(['io.fox']);
  delete window.ethereum;
});
