import { signal } from '@preact/signals';
import { fixed } from '../numbers/format';
import { toast } from '../parts/toast';
import { follow } from '../wire/follow';

/** Numbers of the account's own liquidations that this tab has heard of, newest first. */
export const ownLiquidations = signal<readonly number[]>([]);

interface UserEvent {
  liquidation?: { lid: number; liquidated_user: string; liquidated_ntl_pos: string };
}

/**
 * Hears of the liquidations of an account as they happen, until the returned function is called: the
 * public list has them a quarter of an hour later (RULE-7), their owner needs the number at once.
 */
export function followLiquidations(user: string): () => void {
  ownLiquidations.value = remembered(user);
  const end = follow<UserEvent>(
    { type: 'userEvents', user },
    ({ liquidation }) => liquidation?.liquidated_user.toLowerCase() === user.toLowerCase(),
    ({ liquidation }) => {
      if (!liquidation || ownLiquidations.peek().includes(liquidation.lid)) return;
      ownLiquidations.value = [liquidation.lid, ...ownLiquidations.peek()];
      remember(user);
      toast(
        'bad',
        'You have been liquidated',
        `${fixed(liquidation.liquidated_ntl_pos, 2)} USD of positions. Certificate ${liquidation.lid} says why: Trust, Losses.`,
      );
    },
    'user',
  );
  return () => {
    end();
    ownLiquidations.value = [];
  };
}

const key = (user: string) => `bellwether.liquidations ${user.toLowerCase()}`;

/** A reload of the tab must not lose them. */
function remember(user: string): void {
  sessionStorage.setItem(key(user), ownLiquidations.peek().join(' '));
}

function remembered(user: string): number[] {
  const found = sessionStorage.getItem(key(user))?.split(' ') ?? [];
  return found.map(Number).filter((one) => Number.isSafeInteger(one) && one > 0);
}
