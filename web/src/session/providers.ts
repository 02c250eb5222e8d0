import { signal } from '@preact/signals';
import type { EIP1193Provider } from 'viem';

/** A wallet that the browser's owner has installed. */
export interface Found {
  /** Its reverse domain name, by which it is found again; `window` where it has none. */
  readonly id: string;
  readonly name: string;
  /** A data address of its picture, or nothing. */
  readonly icon: string | null;
  readonly provider: EIP1193Provider;
}

/** Wallets that have announced themselves (EIP-6963), and `window.ethereum` if it is none of them. */
export const found = signal<readonly Found[]>([]);

interface Announced {
  info: { uuid: string; name: string; icon: string; rdns: string };
  provider: EIP1193Provider;
}

let asked = false;

/** Asks wallets to announce themselves; they answer at once, and later ones when they load. */
export function discover(): void {
  const own = window.ethereum;
  const known = found.peek().some((one) => one.provider === own);
  if (own && !known)
    add({ id: 'window', name: 'Wallet in this browser', icon: null, provider: own });
  if (!asked) {
    asked = true;
    globalThis.addEventListener('eip6963:announceProvider', (event) => {
      const { detail } = event as CustomEvent<Announced>;
      const parsed = announced(detail);
      if (parsed) add(parsed);
    });
  }
  globalThis.dispatchEvent(new Event('eip6963:requestProvider'));
}

/** What announces itself is a stranger's: only texts of some length and pictures of its own. */
export function announced(detail: Announced | null | undefined): Found | null {
  const { info, provider } = detail ?? {};
  if (typeof provider?.request !== 'function' || typeof info?.rdns !== 'string') return null;
  if (!/^[\w.-]{1,100}$/.test(info.rdns) || typeof info.name !== 'string') return null;
  const pictured = typeof info.icon === 'string' && /^data:image\//.test(info.icon);
  return {
    id: info.rdns,
    name: info.name.slice(0, 40),
    icon: pictured ? info.icon : null,
    provider,
  };
}

/** An announced wallet takes the place of the nameless one that is the same. */
function add(one: Found): void {
  const others = found
    .peek()
    .filter((other) => other.id !== one.id && other.provider !== one.provider);
  found.value = [...others, one];
}
