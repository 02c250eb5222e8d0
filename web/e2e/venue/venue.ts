import { signL1Action } from '@nktkas/hyperliquid/signing';
import { keccak256, stringToBytes } from 'viem';
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts';
import type { RunningVenue } from './process';

/** 00:00 UTC of the day on which a manual clock starts here. */
export const START = '2026-05-01T00:00:00Z';

/** One order, in the words of a trader. */
export interface Wish {
  readonly coin?: string;
  readonly side: 'buy' | 'sell';
  readonly px: string;
  readonly sz: string;
  readonly tif?: 'Gtc' | 'Ioc' | 'Alo';
}

type Json = Record<string, unknown>;

/** The published key of an account or an operator of a dev world (IFACE-1). */
export function devKey(role: 'account' | 'operator', number: number): PrivateKeyAccount {
  return privateKeyToAccount(keccak256(stringToBytes(`bellwether dev ${role} ${number}`)));
}

/** What a test does to a venue past the page: as traders, as operators, and with its clock. */
export class Venue {
  private nonce = Date.parse(START);

  constructor(readonly process: RunningVenue) {}

  get url(): string {
    return this.process.url;
  }

  /** A read of `/info`. */
  info(type: string, fields: Json = {}): Promise<unknown> {
    return this.post('/info', { type, ...fields });
  }

  /** Moves the manual clock; answers the new time in milliseconds. */
  async advance(ms: number): Promise<number> {
    const moved = (await this.post('/dev/clock', { advanceMs: ms })) as { timeMs: number };
    return moved.timeMs;
  }

  /** The time of the venue in milliseconds. */
  async now(): Promise<number> {
    const response = await fetch(`${this.url}/version`);
    return ((await response.json()) as { timeMs: number }).timeMs;
  }

  /** A signed act of an operator; answers its `data`. Throws what the venue refused. */
  operate(operator: number, act: Json): Promise<Json> {
    return this.signed('/operator', devKey('operator', operator), { type: 'operator', act });
  }

  /** A signed action of a dev account; answers its `data`. Throws what the venue refused. */
  act(account: number, action: Json): Promise<Json> {
    return this.signed('/exchange', devKey('account', account), action);
  }

  /** Places one order for a dev account. Throws what the venue refused. */
  async order(account: number, wish: Wish): Promise<void> {
    const a = await this.assetOf(wish.coin ?? 'CBRS');
    const t = { limit: { tif: wish.tif ?? 'Gtc' } };
    const order = { a, b: wish.side === 'buy', p: wish.px, s: wish.sz, r: false, t };
    const data = await this.act(account, { type: 'order', orders: [order], grouping: 'na' });
    const [status] = data.statuses as Json[];
    if (status && 'error' in status) throw new Error(String(status.error));
  }

  private async assetOf(coin: string): Promise<number> {
    const [dex, other] = coin.includes(':') ? [coin.split(':')[0], 110_000] : ['', 0];
    const meta = (await this.info('meta', { dex })) as { universe: { name: string }[] };
    return other + meta.universe.findIndex((one) => one.name === coin);
  }

  private async signed(path: string, wallet: PrivateKeyAccount, action: Json): Promise<Json> {
    this.nonce += 1;
    const nonce = this.nonce;
    const signature = await signL1Action({ wallet, action, nonce, isTestnet: true });
    const reply = (await this.post(path, { action, nonce, signature })) as {
      status: string;
      response: { data: Json } | string;
    };
    if (typeof reply.response === 'string') throw new Error(reply.response);
    return reply.response.data ?? {};
  }

  private async post(path: string, content: Json): Promise<unknown> {
    const response = await fetch(this.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(content),
    });
    if (!response.ok)
      throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return response.json();
  }
}
