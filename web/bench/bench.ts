import { parseArgs } from 'node:util';
import { startVenue } from '../e2e/venue/process';
import { START, Venue } from '../e2e/venue/venue';
import { bookUpdates } from './book-updates';
import { coldStart } from './cold-start';
import type { Figure } from './figure';
import { memory } from './memory';
import { javascript } from './size';

const USAGE = 'node bench/run.mjs [--minutes N] [--json]';

/** The screen in a real Chromium against a running venue: figures, each with its workload. */
export async function main(words: string[]): Promise<void> {
  const { values } = parseArgs({
    args: words,
    options: { minutes: { type: 'string', default: '1' }, json: { type: 'boolean' } },
  });
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) throw new Error(`--minutes: expected a number above 0. ${USAGE}`);
  const show = (figures: Figure[]) => {
    found.push(...figures);
    if (!values.json) for (const figure of figures) console.log(line(figure));
  };
  const found: Figure[] = [];
  await against(['--clock', 'manual', '--start', START], async (venue) => {
    show(await coldStart(venue));
    show(await javascript(venue));
  });
  await against([], async (venue) => show(await bookUpdates(venue)));
  await against(['--demo'], async (venue) => {
    const measured = await memory(venue, minutes, progress);
    if (process.stderr.isTTY) progress('');
    show(measured);
  });
  if (values.json) console.log(JSON.stringify({ figures: found }, null, 1));
}

/** Beside the figures, so that they stay readable for a program. */
function progress(words: string): void {
  process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${words}` : `${words}\n`);
}

async function against(options: string[], work: (venue: Venue) => Promise<void>): Promise<void> {
  const running = await startVenue(...options);
  try {
    await work(new Venue(running));
  } finally {
    await running.stop();
  }
}

function line({ name, value, unit, bound, workload }: Figure): string {
  const figure = `${value} ${unit}`.padStart(14);
  const wanted = bound === null ? '' : ` (at most ${bound}: ${value <= bound ? 'met' : 'MISSED'})`;
  return `${name.padEnd(46)}${figure}${wanted}\n    ${workload}`;
}
