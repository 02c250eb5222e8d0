import { grouped } from '../../numbers/format';
import { lasting } from '../../time/words';

/** The terms of withdrawals that hold, in a sentence (RULE-9). */
export function termsWords(terms: Readonly<Record<string, string | number | boolean>>): string {
  const long = (name: string) => lasting(Number(terms[name]));
  const usd = (name: string) => `${grouped(String(terms[name]))} USD`;
  return (
    `Above ${usd('delayedAbove')} they wait ${long('delayMs')}, above ${usd('largeAbove')} ` +
    `${long('largeDelayMs')} and for ${terms.largeApprovals} keys, to an address that is new ` +
    `to its account ${long('newAddressMs')}; at most ${usd('accountHourly')} an account and ` +
    `${usd('venueHourly')} the venue an hour.`
  );
}
