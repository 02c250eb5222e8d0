import { keccak256, stringToBytes } from 'viem';
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts';

/** The published keys of a dev world (IFACE-1): worth nothing anywhere else. */
export function devAccount(name: string): PrivateKeyAccount {
  return privateKeyToAccount(keccak256(stringToBytes(`bellwether dev ${name}`)));
}
