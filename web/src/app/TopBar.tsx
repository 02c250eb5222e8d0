import { connecting, session, shortAddress } from '../session/session';
import css from './app.module.css';
import { MarketPicker } from './MarketPicker';
import { PageLinks } from './PageLinks';
import { href, route } from './router';
import { routes } from './routes';
import { VenueState } from './VenueState';

export function TopBar() {
  const at = route.value[0] ?? routes[0].name;
  const labelled = routes.filter((one) => one.label);
  return (
    <header class={css.bar}>
      <a class={css.brand} href={href('market')}>
        Bellwether
      </a>
      <MarketPicker />
      {labelled.length > 1 ? <PageLinks pages={labelled} at={at} class={css.nav} /> : null}
      <span class={css.space} />
      <VenueState />
      <AccountButton />
    </header>
  );
}

function AccountButton() {
  const who = session.value;
  const open = () => {
    connecting.value = true;
  };
  return who ? (
    <button type="button" class="button" onClick={open} title={who.account}>
      <span class={css.wide}>{`${who.label} `}</span>
      <span class="soft">{shortAddress(who.account)}</span>
    </button>
  ) : (
    <button type="button" class="button primary" onClick={open}>
      Connect
    </button>
  );
}
