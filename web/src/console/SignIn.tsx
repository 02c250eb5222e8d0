import { venue } from '../state/venue';
import css from './console.module.css';
import { DEV_OPERATORS, signIn } from './operator';

/** Who acts: in a dev world a published key, elsewhere nobody yet but the command line. */
export function SignIn() {
  const said = venue.value;
  return (
    <section class={css.sign}>
      <h1>Sign in as an operator</h1>
      {said?.dev ? (
        <>
          <p class="soft">The keys of this dev world are public. Each act is signed by who acts.</p>
          {DEV_OPERATORS.map((name) => (
            <button key={name} type="button" class="button" onClick={() => signIn(name)}>
              {name}
            </button>
          ))}
        </>
      ) : (
        <p>
          {said === null ? 'Asking the venue…' : 'Keys of operators stay out of browsers here: '}
          {said === null ? null : <code>bellwether operator --help</code>}
        </p>
      )}
    </section>
  );
}
