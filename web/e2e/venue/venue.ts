import { signL1Action, signUserSignedAction } from '@nktkas/hyperliquid/signing';
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

const FIRST_OF_XYZ = 110_000;

type Json = Record<string, unknown>;

/** The published key of an account or an operator of a dev world (IFACE-1). */
export function devKey(role: 'account' | 'operator', number: number): PrivateKeyAccount {
  return keyOf(`${role} ${number}`);
}

function keyOf(name: string): PrivateKeyAccount {
  return privateKeyToAccount(keccak256(stringToBytes(`bellwether dev ${name}`)));
}

/** What a test does to a venue past the page: as traders, as operators, and with its clock. */
export class Venue {
  private nonce = 0;
  private readonly assets = new Map<string, number>();

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

  /** A signed act of the custodian, who alone says what has been paid. */
  custody(act: Json): Promise<Json> {
    return this.signed('/operator', keyOf('custodian'), { type: 'operator', act });
  }

  /** A signed action of a dev account; answers its `data`. Throws what the venue refused. */
  act(account: number, action: Json): Promise<Json> {
    return this.signed('/exchange', devKey('account', account), action);
  }

  /** Where a dev account's positions would be liquidated: told to their owner alone. */
  async liquidationPrices(account: number): Promise<{ liquidationPx: string }[]> {
    const told = await this.act(account, { type: 'liquidationPrices' });
    return told as unknown as { liquidationPx: string }[];
  }

  /** Has dev accounts accept what a market discloses. */
  async accept(coin: string, ...accounts: number[]): Promise<void> {
    const { hash } = (await this.info('disclosures', { coin })) as { hash: string };
    for (const account of accounts) {
      await this.act(account, { type: 'acceptDisclosure', coin, hash });
    }
  }

  /** Asks for a dev account's money back, after a deposit of `deposit` where it has not so much. */
  async withdraw(
    account: number,
    destination: string,
    amount: string,
    deposit?: string,
  ): Promise<void> {
    const wallet = devKey('account', account);
    if (deposit) {
      const reference = `for ${account}, ${amount}`;
      const user = wallet.address.toLowerCase();
      await this.custody({ kind: 'credit', user, dex: '', amount: deposit, reference });
    }
    this.nonce = Math.max(this.nonce + 1, Date.now());
    const action = {
      type: 'withdraw3',
      signatureChainId: '0x66eee',
      hyperliquidChain: 'Testnet',
      destination,
      amount,
      time: this.nonce,
    } as const;
    const types = {
      'HyperliquidTransaction:Withdraw': [
        { name: 'hyperliquidChain', type: 'string' },
        { name: 'destination', type: 'string' },
        { name: 'amount', type: 'string' },
        { name: 'time', type: 'uint64' },
      ],
    };
    const signature = await signUserSignedAction({ wallet, action, types });
    const reply = await this.post('/exchange', { action, nonce: this.nonce, signature });
    if ((reply as { status: string }).status !== 'ok') throw new Error(JSON.stringify(reply));
  }

  /** Approves an agent of an account; one of the same name is replaced. */
  async approveAgent(
    wallet: PrivateKeyAccount,
    agentAddress: string,
    agentName: string,
  ): Promise<void> {
    this.nonce = Math.max(this.nonce + 1, Date.now());
    const action = {
      type: 'approveAgent',
      signatureChainId: '0x66eee',
      hyperliquidChain: 'Testnet',
      agentAddress,
      agentName,
      nonce: this.nonce,
    } as const;
    const types = {
      'HyperliquidTransaction:ApproveAgent': [
        { name: 'hyperliquidChain', type: 'string' },
        { name: 'agentAddress', type: 'address' },
        { name: 'agentName', type: 'string' },
        { name: 'nonce', type: 'uint64' },
      ],
    };
    const signature = await signUserSignedAction({ wallet, action, types });
    const reply = await this.post('/exchange', { action, nonce: this.nonce, signature });
    if ((reply as { status: string }).status !== 'ok') throw new Error(JSON.stringify(reply));
  }

  /** Places orders for a dev account; answers the ids of those that rest. Throws a refusal. */
  async orders(account: number, wishes: readonly Wish[]): Promise<number[]> {
    const orders = [];
    for (const { coin = 'CBRS', side, px, sz, tif = 'Gtc' } of wishes) {
      const a = await this.assetOf(coin);
      orders.push({ a, b: side === 'buy', p: px, s: sz, r: false, t: { limit: { tif } } });
    }
    const data = await this.act(account, { type: 'order', orders, grouping: 'na' });
    const statuses = data.statuses as { error?: string; resting?: { oid: number } }[];
    const refused = statuses.find((status) => status.error !== undefined);
    if (refused) throw new Error(refused.error);
    return statuses.flatMap(({ resting }) => (resting ? [resting.oid] : []));
  }

  /** Cancels a dev account's orders in one market. */
  async cancel(account: number, coin: string, oids: readonly number[]): Promise<void> {
    if (oids.length === 0) return;
    const a = await this.assetOf(coin);
    await this.act(account, { type: 'cancel', cancels: oids.map((o) => ({ a, o })) });
  }

  /** The number of a market, by which actions name it. */
  async assetOf(coin: string): Promise<number> {
    const known = this.assets.get(coin);
    if (known !== undefined) return known;
    const dex = coin.includes(':') ? coin.split(':')[0] : '';
    const meta = (await this.info('meta', { dex })) as { universe: { name: string }[] };
    const found = meta.universe.findIndex((one) => one.name === coin);
    if (found < 0) throw new Error(`There is no market ${coin}.`);
    const asset = found + (dex === '' ? 0 : FIRST_OF_XYZ);
    this.assets.set(coin, asset);
    return asset;
  }

  private async signed(path: string, wallet: PrivateKeyAccount, action: Json): Promise<Json> {
    this.nonce = Math.max(this.nonce + 1, Date.now());
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
