import { Badge } from '../parts/Badge';
import { connecting, session, shortAddress } from '../session/session';
import { venue } from '../state/venue';
import css from './app.module.css';
import { ConnectionState } from './ConnectionState';
import { MarketPicker } from './MarketPicker';
import { href, route } from './router';
import { routes } from './routes';
import { ThemeSwitch } from './ThemeSwitch';

export function TopBar() {
  const at = route.value[0] ?? routes[0].name;
  const labelled = routes.filter((one) => one.label);
  return (
    <header class={css.bar}>
      <a class={css.brand} href={href('market')}>
        Bellwether
      </a>
      <MarketPicker />
      {labelled.length > 1 ? (
        <nav aria-label="Pages" class={css.nav}>
          {labelled.map((one) => (
            <a
              key={one.name}
              href={href(one.name)}
              aria-current={at === one.name ? 'page' : undefined}
            >
              {one.label}
            </a>
          ))}
        </nav>
      ) : null}
      <span class={css.space} />
      {venue.value?.dev ? <Badge tone="warn">Dev world</Badge> : null}
      <ConnectionState />
      <ThemeSwitch />
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
