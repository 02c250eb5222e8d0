import type { EIP1193Provider } from 'viem';

declare global {
  interface Window {
    /** A wallet that the browser's owner has installed (EIP-1193). */
    ethereum?: EIP1193Provider;
  }
}
