import { href } from '../../app/router';
import css from '../form.module.css';
import { ActForm } from './ActForm';
import { ACT_KINDS } from './kinds';

const GROUPS = ['A market', 'A listing', 'An end', 'Words'] as const;

/** The acts by group, and the form of the one that is chosen: `#/acts/settle/CBRS`. */
export function ActsPage({ rest }: { rest: readonly string[] }) {
  const [name, ...given] = rest;
  const chosen = ACT_KINDS.find((kind) => kind.kind === name);
  return (
    <div class={css.acts}>
      <nav aria-label="Acts">
        <details class={css.kinds} key={name} open={!chosen || isWide()}>
          <summary>All acts</summary>
          {GROUPS.map((group) => (
            <section key={group}>
              <h2>{group}</h2>
              <ul>
                {ACT_KINDS.filter((kind) => kind.group === group).map((kind) => (
                  <li key={kind.kind}>
                    <a
                      href={href('acts', kind.kind)}
                      aria-current={kind === chosen ? 'page' : undefined}
                    >
                      {kind.label}
                    </a>
                  </li>
                ))}
              </ul>
            </section>
          ))}
        </details>
      </nav>
      {chosen ? (
        <ActForm key={rest.join('/')} kind={chosen} given={given} />
      ) : (
        <div class={css.form}>
          <h1>Acts</h1>
          <p>
            Choose what is to be done. A form asks for what it needs, then shows what it would do
            and the exact text that becomes public; nothing is sent before you sign it.
          </p>
          <p class="soft">
            What takes two keys becomes a proposal: another operator approves it within a day.
          </p>
        </div>
      )}
    </div>
  );
}

/** Beside the form there is room for all of them. */
function isWide(): boolean {
  return globalThis.matchMedia('(min-width: 60rem)').matches;
}
