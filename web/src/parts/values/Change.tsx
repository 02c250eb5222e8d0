import { isDecimal, isZero } from '../../numbers/decimal';
import { Amount } from './Amount';

interface Props {
  /** The number that decides the color. */
  of: string | null;
  /** The same number for people, with its sign. */
  text: string;
  unit?: string;
}

/** A gain or a loss: color, and always a sign. */
export function Change({ of, text, unit }: Props) {
  // What is too small to be seen has no color either.
  const known = of !== null && isDecimal(of) && !isZero(of) && /[1-9]/.test(text);
  const color = known ? (of.startsWith('-') ? 'down' : 'up') : undefined;
  return <Amount text={text} class={color} {...(unit ? { unit } : {})} />;
}
