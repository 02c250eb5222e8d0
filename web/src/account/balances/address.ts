import { dayAndClock, lasting } from '../../time/words';

/** An address that the account has asked to be paid at. */
export interface KnownAddress {
  address: string;
  usableFrom: number;
}

/** What the venue says of addresses: the account's book, and how long a new one waits (RULE-9). */
export interface AddressRules {
  readonly own: string;
  readonly known: readonly KnownAddress[];
  readonly newAddressMs: number;
}

/** What to know of an address before asking to be paid there; null where it waits for nothing. */
export function addressWords(to: string, rules: AddressRules, now: number): string | null {
  const address = to.toLowerCase();
  if (address === rules.own.toLowerCase()) return null;
  const found = rules.known.find((known) => known.address === address);
  if (!found) {
    return rules.newAddressMs > 0
      ? `This address is new to your account: nothing is paid there for ${lasting(rules.newAddressMs)}. Compare every digit.`
      : null;
  }
  if (found.usableFrom <= now) return null;
  return `Nothing is paid to this address before ${dayAndClock(found.usableFrom)}.`;
}
