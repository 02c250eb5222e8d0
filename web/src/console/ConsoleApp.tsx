import { useEffect } from 'preact/hooks';
import { ConnectionNotice } from '../app/ConnectionNotice';
import { PageLinks } from '../app/PageLinks';
import { route } from '../app/router';
import { loadError, start } from '../app/start';
import { VenueState } from '../app/VenueState';
import { Toasts } from '../parts/Toasts';
import { shortAddress } from '../session/session';
import { markets } from '../state/markets';
import css from './console.module.css';
import { operator, signOut } from './desk/operator';
import { consoleRoutes } from './routes';
import { SignIn } from './SignIn';

/** The frame around the pages of operators. */
export function ConsoleApp() {
  useEffect(start, []);
  const [name, ...rest] = route.value;
  const { page: Page } = consoleRoutes.find((one) => one.name === name) ?? consoleRoutes[0];
  return (
    <>
      <Bar />
      <ConnectionNotice />
      <main class={css.main}>
        {operator.value === null ? (
          <SignIn />
        ) : markets.value.length > 0 ? (
          <Page rest={rest} />
        ) : (
          <p role="status">{loadError.value ?? 'Reading the markets…'}</p>
        )}
      </main>
      <Toasts />
    </>
  );
}

function Bar() {
  const at = route.value[0] ?? consoleRoutes[0].name;
  const who = operator.value;
  return (
    <header class={css.bar}>
      <strong class={css.name}>Bellwether operators</strong>
      {who ? <PageLinks pages={consoleRoutes} at={at} class={css.nav} /> : null}
      <span class={css.space} />
      <VenueState />
      {who ? (
        <div class={css.who}>
          <p class={css.whoText} title={`${who.address}: ${who.roles.join(', ')}`}>
            {who.label}
            <code>{shortAddress(who.address)}</code>
            <span>{who.roles.join(', ')}</span>
          </p>
          <button type="button" class="button" onClick={signOut}>
            Sign out
          </button>
        </div>
      ) : null}
    </header>
  );
}
