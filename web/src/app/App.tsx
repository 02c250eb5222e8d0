import { Toasts } from '../parts/Toasts';
import { ConnectDialog } from '../session/ConnectDialog';
import { connecting } from '../session/session';
import { markets } from '../state/markets';
import css from './app.module.css';
import { ConnectionNotice } from './ConnectionNotice';
import { route } from './router';
import { routes } from './routes';
import { loadError } from './start';
import { TopBar } from './TopBar';

/** The frame around every page. */
export function App() {
  const [name, ...rest] = route.value;
  const { page: Page } = routes.find((one) => one.name === name) ?? routes[0];
  return (
    <>
      <button type="button" class={css.skip} onClick={skip}>
        Skip to the page
      </button>
      <TopBar />
      <ConnectionNotice />
      <main id="main" tabIndex={-1}>
        {markets.value.length > 0 ? (
          <Page rest={rest} />
        ) : (
          <p class={css.wait} role="status">
            {loadError.value ?? 'Reading the markets…'}
          </p>
        )}
      </main>
      {connecting.value ? <ConnectDialog /> : null}
      <Toasts />
    </>
  );
}

function skip(): void {
  document.getElementById('main')?.focus();
}
