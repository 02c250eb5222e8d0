import { Empty } from '../../parts/Empty';
import { Live } from '../../parts/values/Live';
import css from '../console.module.css';
import { usePolled } from '../desk/polled';
import { proposals } from '../desk/reads';
import { Pending } from './Pending';
import { ProposalCard } from './ProposalCard';

/** What waits for a second operator, soonest to expire first. */
export function ProposalsPage() {
  const { held, error } = usePolled(proposals, 'proposals');
  if (!held) return <p role="status">{error ?? 'Reading the proposals…'}</p>;
  return (
    <section class={css.page}>
      <h1>{`Proposals that wait: ${held.value.length}`}</h1>
      {error ? <p class={css.alert}>{error}</p> : null}
      {held.value.length === 0 ? (
        <Empty title="Nothing waits">
          What is left to judgement takes two keys: one operator proposes it under Acts, another
          approves it here within a day.
        </Empty>
      ) : (
        <Live held={held} words block>
          {held.value.map((proposal) => (
            <ProposalCard key={proposal.proposalId} proposal={proposal} />
          ))}
        </Live>
      )}
      <Pending />
    </section>
  );
}
