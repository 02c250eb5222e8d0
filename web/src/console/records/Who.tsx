import { shortAddress } from '../../session/session';
import { operator } from '../desk/operator';

interface Props {
  address: string | null;
  roles?: readonly string[];
}

/** A key, and that it is one's own; its roles are its title. */
export function Who({ address, roles }: Props) {
  if (address === null) return <>nobody</>;
  const mine = operator.value?.address.toLowerCase() === address;
  const title = roles?.length ? `${address}: ${roles.join(', ')}` : address;
  return (
    <>
      <code title={title}>{shortAddress(address)}</code>
      {mine ? ' (you)' : ''}
    </>
  );
}
