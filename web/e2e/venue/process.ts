import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const INSTALLED = resolve(import.meta.dirname, '../../../.venv/bin/bellwether');
const READY_MS = 60_000;
const STOP_MS = 20_000;
const ADDRESS = /on (http:\/\/127\.0\.0\.1:\d+)$/;
const CONSOLE = /^ {2}console +(http:\/\/\S+)$/;

/** A `bellwether serve --dev` on a free port, with a data directory of its own. */
export interface RunningVenue {
  readonly url: string;
  /** Where the operators' page is. */
  readonly consoleUrl: string;
  readonly pid: number;
  /** Ends the process and removes its directory. */
  stop(): Promise<void>;
}

/** The program's name and first arguments: BELLWETHER, words apart by blanks, or what is installed. */
function program(): string[] {
  const said = process.env.BELLWETHER;
  if (said) return said.split(' ').filter(Boolean);
  if (existsSync(INSTALLED)) return [INSTALLED];
  throw new Error('There is no .venv/bin/bellwether: run `make run` once, or set BELLWETHER.');
}

/** Starts a venue; resolves when it answers. Throws with what it wrote if it does not. */
export async function startVenue(...options: string[]): Promise<RunningVenue> {
  const directory = mkdtempSync(join(tmpdir(), 'bellwether-screen-'));
  const [name = '', ...first] = program();
  const place = ['--dev', '--port', '0', '--data-dir', directory];
  const child = spawn(name, [...first, 'serve', ...place, ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = async () => {
    await ended(child);
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    return { ...(await addresses(child)), pid: child.pid ?? 0, stop };
  } catch (fault) {
    await stop();
    throw fault;
  }
}

async function addresses(child: ChildProcess): Promise<{ url: string; consoleUrl: string }> {
  const written: string[] = [];
  let url = '';
  let consoleUrl = '';
  child.stderr?.on('data', (bytes: Buffer) => written.push(bytes.toString()));
  const late = setTimeout(() => child.kill('SIGKILL'), READY_MS);
  try {
    if (!child.stdout) throw new Error('The venue has no output.');
    for await (const line of createInterface(child.stdout)) {
      written.push(`${line}\n`);
      url = ADDRESS.exec(line)?.[1] ?? url;
      consoleUrl = CONSOLE.exec(line)?.[1] ?? consoleUrl;
      if (line.startsWith('Stop with')) {
        child.stdout.resume();
        return { url, consoleUrl: consoleUrl || `${url}/console/` };
      }
    }
  } finally {
    clearTimeout(late);
  }
  throw new Error(`The venue did not start:\n${written.join('')}`);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await gone;
  clearTimeout(late);
}
