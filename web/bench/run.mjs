// The bench is TypeScript like the rest: Vite loads it, so that Node needs nothing more.
import { runnerImport } from 'vite';

const { module } = await runnerImport(new URL('./bench.ts', import.meta.url).pathname);
await module.main(process.argv.slice(2));
