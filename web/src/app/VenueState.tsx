import { Badge } from '../parts/Badge';
import { venue } from '../state/venue';
import { ConnectionState } from './ConnectionState';
import { ThemeSwitch } from './ThemeSwitch';

/** What every page says of the venue: its kind of world, whether it is heard; and the theme. */
export function VenueState() {
  return (
    <>
      {venue.value?.dev ? <Badge tone="warn">Dev world</Badge> : null}
      <ConnectionState />
      <ThemeSwitch />
    </>
  );
}
