import type { Page } from '@playwright/test';
import type { PrivateKeyAccount } from 'viem/accounts';
import { ASKING, expect, expectAccessible, test } from './test';
import { quote } from './venue/liveliness';
import { devKey } from './venue/venue';

/** A chain of the wallet's own: it signs nothing that names another one. */
const CHAIN = 42_161;

interface Wallet {
  /** What it has been asked for. */
  readonly asked: string[];
  /** Signs for any chain from now on, as few do. */
  lenient: boolean;
}

/** A wallet as an extension would install it (EIP-1193), found by its announcement (EIP-6963). */
async function install(page: Page, key: PrivateKeyAccount): Promise<Wallet> {
  const wallet: Wallet = { asked: [], lenient: false };
  await page.exposeFunction('walletAsks', async (method: string, params: string) => {
    wallet.asked.push(method);
    if (method === 'eth_requestAccounts' || method === 'eth_accounts') return [key.address];
    if (method === 'eth_chainId') return `0x${CHAIN.toString(16)}`;
    if (method !== 'eth_signTypedData_v4') throw new Error(`not of this wallet: ${method}`);
    const typed = JSON.parse((JSON.parse(params) as string[])[1] ?? '{}');
    if (Number(typed.domain.chainId) !== CHAIN && !wallet.lenient) {
      throw new Error(`Provided chainId "${typed.domain.chainId}" must match "${CHAIN}"`);
    }
    const { EIP712Domain: _, ...types } = typed.types;
    return key.signTypedData({ ...typed, types });
  });
  await page.addInitScript(() => {
    const asks = (globalThis as unknown as { walletAsks: (m: string, p: string) => unknown })
      .walletAsks;
    const provider = {
      request: ({ method, params }: { method: string; params?: unknown }) =>
        asks(method, JSON.stringify(params ?? [])),
      on: () => provider,
      removeListener: () => provider,
    };
    const info = { uuid: '1', name: 'Test wallet', icon: '', rdns: 'test.wallet' };
    const announce = () => {
      const detail = Object.freeze({ info, provider });
      globalThis.dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail }));
    };
    globalThis.addEventListener('eip6963:requestProvider', announce);
    announce();
  });
  return wallet;
}

test.use({ venueOptions: ASKING });

test('a wallet of a newcomer accepts, and trades through an agent', async ({
  page,
  venue,
  context,
}) => {
  const key = devKey('account', 2);
  await venue.accept('CBRS', 8);
  await quote(venue);
  const wallet = await install(page, key);
  const { asked } = wallet;
  await page.goto('/');
  await page.getByRole('button', { name: 'Connect', exact: true }).first().click();
  await page.getByRole('button', { name: 'Test wallet' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  const form = page.getByRole('region', { name: 'Order ticket' });
  const buy = async (px: string) => {
    await form.getByLabel('Price', { exact: true }).fill(px);
    await form.getByLabel('Size', { exact: true }).fill('1');
    await form.getByRole('button', { name: 'Buy CBRS' }).click();
    await expect(page.getByRole('button', { name: `bid ${px}, size 1.0, yours 1` })).toBeVisible();
  };
  await form.getByRole('button', { name: 'Read and accept first' }).click();
  await page.getByRole('button', { name: 'I have read it and accept' }).click();
  await expect(page.getByText('bellwether trade disclosure CBRS --accept')).toBeVisible();
  await expectAccessible(page);
  wallet.lenient = true;
  await page.getByRole('button', { name: 'I have read it and accept' }).click();
  await expect(page.getByText('The venue has recorded')).toBeVisible();
  wallet.lenient = false;
  await buy('174.8');
  expect(asked.filter((method) => method === 'eth_signTypedData_v4')).toHaveLength(3);

  const before = asked.length;
  await page.reload();
  await expect(page.getByText('Available to trade')).toBeVisible();
  await buy('174.7');
  expect(asked.slice(before), 'a reload asks the wallet nothing').toEqual([]);

  await context.setOffline(true);
  await expect(page.getByText(/Connection lost\. Everything here is as of/)).toBeVisible();
  await expect(form.getByRole('button', { name: 'Buy CBRS' })).toBeDisabled();
  await context.setOffline(false);
  await expect(page.getByText('Live', { exact: true })).toBeVisible();
  await buy('174.6');

  const another = devKey('operator', 9).address;
  await venue.approveAgent(key, another, 'screen');
  await page.reload();
  await expect(page.getByText('Not connected any more')).toBeVisible();
});
