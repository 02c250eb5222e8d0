import { Amount } from '../../parts/values/Amount';
import { priceOf } from './quoting';

interface Props {
  coin: string;
  px: string | null;
  /** On the market's grid: shown with all its decimals. */
  exact?: boolean;
}

/** A price of a market, as one of a share or of the company, with its unit. */
export function Price({ coin, px, exact = false }: Props) {
  const { text, unit, indicative } = priceOf(coin, px, exact);
  const why = indicative ? 'An estimate: worked out with the share count that was stated' : '';
  return (
    <span title={why || undefined}>
      <Amount text={text} unit={unit} />
    </span>
  );
}
