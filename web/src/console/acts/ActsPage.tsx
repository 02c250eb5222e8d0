import { href } from '../../app/router';
import { may, operator } from '../desk/operator';
import css from '../form.module.css';
import { ActForm } from './ActForm';
import { type ActKind, GROUPS } from './field';
import { ACT_KINDS } from './kinds';

/** The acts of the key by group, and the form of the one that is chosen: `#/acts/settle/CBRS`. */
export function ActsPage({ rest }: { rest: readonly string[] }) {
  const [name, ...given] = rest;
  const chosen = ACT_KINDS.find((kind) => kind.kind === name);
  const offered = ACT_KINDS.filter((kind) => may(kind.roles));
  const others = ACT_KINDS.filter((kind) => !may(kind.roles));
  return (
    <div class={css.acts}>
      <nav aria-label="Acts">
        <details class={css.kinds} key={name} open={!chosen || isWide()}>
          <summary>Acts of this key</summary>
          <Groups kinds={offered} chosen={chosen} />
          {others.length > 0 ? (
            <details class={css.others} open={chosen !== undefined && others.includes(chosen)}>
              <summary>{`For other roles: ${others.length}`}</summary>
              <Groups kinds={others} chosen={chosen} />
            </details>
          ) : null}
        </details>
      </nav>
      {chosen ? (
        <ActForm key={rest.join('/')} kind={chosen} given={given} />
      ) : (
        <div class={css.form}>
          <h1>Acts</h1>
          {offered.length === 0 ? (
            <p class={css.warn}>
              {`No act is for ${operator.value?.roles.join(', ')}. Deployers act with any client of the dialect (perpDeploy).`}
            </p>
          ) : null}
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

function Groups({ kinds, chosen }: { kinds: readonly ActKind[]; chosen: ActKind | undefined }) {
  const groups = GROUPS.filter((group) => kinds.some((kind) => kind.group === group));
  return (
    <>
      {groups.map((group) => (
        <section key={group}>
          <h2>{group}</h2>
          <ul>
            {kinds
              .filter((kind) => kind.group === group)
              .map((kind) => (
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
    </>
  );
}

/** Beside the form there is room for all of them. */
function isWide(): boolean {
  return globalThis.matchMedia('(min-width: 60rem)').matches;
}
