import { resolve } from 'node:path';
import preact from '@preact/preset-vite';
import { defineConfig } from 'vitest/config';

const venue = process.env.BELLWETHER_VENUE ?? 'http://127.0.0.1:3001';
const paths = ['/info', '/exchange', '/version', '/operator', '/dev', '/export'];
const proxy = Object.fromEntries(paths.map((path) => [path, venue]));

// What every page needs, in one file: a browser asks for six at a time.
const SHARED = new RegExp(
  [
    'web/src/(parts|state|time|numbers|wire)/',
    'web/src/app/(router|PageLinks|ThemeSwitch|VenueState|Connection)',
    'web/src/session/providers',
    '/node_modules/(preact|@preact|@nktkas/rews)/',
    '/@nktkas/hyperliquid/.*/transport/',
  ].join('|'),
);

export default defineConfig({
  plugins: [preact({ reactAliasesEnabled: false })],
  build: {
    outDir: resolve(import.meta.dirname, '../src/bellwether/gateway/screen/built'),
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: {
        trader: resolve(import.meta.dirname, 'index.html'),
        console: resolve(import.meta.dirname, 'console/index.html'),
      },
      output: { codeSplitting: { groups: [{ name: 'shared', test: SHARED }] } },
    },
  },
  // Above: the words of refusals are read from the reference by a test.
  server: {
    proxy: { ...proxy, '/ws': { target: venue, ws: true } },
    fs: { allow: [resolve(import.meta.dirname, '..')] },
  },
  test: { environment: 'happy-dom', include: ['src/**/*.test.{ts,tsx}'] },
});
