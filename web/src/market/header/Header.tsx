import type { ComponentChildren } from 'preact';
import { href } from '../../app/router';
import { compact, percent } from '../../numbers/format';
import { Badge } from '../../parts/Badge';
import { Amount } from '../../parts/values/Amount';
import { Change } from '../../parts/values/Change';
import { Live } from '../../parts/values/Live';
import { context, status } from '../../state/live';
import { market, spec } from '../../state/markets';
import { phaseWords } from '../dates';
import { budgetWords, dayChange, interestUse } from '../figures';
import css from '../market.module.css';
import { reading } from '../quoting/quoting';
import { Dates } from './Dates';
import { Events } from './Events';
import { QuoteSwitch } from './QuoteSwitch';

/** Which market this is, what comes next in its life, and its figures of the moment. */
export function Header() {
  const held = status.value;
  const now = held?.value ?? null;
  const issuer = spec.value?.specification.issuer;
  const coin = market.value?.coin;
  return (
    <section class={css.header} aria-label="Market">
      <div class={css.name}>
        <div class={css.title}>
          <h1>{coin}</h1>
          <span class="soft">{issuer}</span>
        </div>
        <div class={css.badges}>
          {now ? <Phase /> : null}
          {coin ? <a href={href('trust', coin)}>Rules</a> : null}
        </div>
      </div>
      <Mark />
      <Live held={held} words block>
        <dl class={css.figures}>
          <Figures />
          <Dates />
        </dl>
      </Live>
      <QuoteSwitch />
      <Events />
    </section>
  );
}

function Phase() {
  const now = status.value?.value;
  if (!now) return null;
  const open = now.tradingStatus === 'open';
  return (
    <>
      <Badge>{phaseWords(now.phase)}</Badge>
      {open ? null : <Badge tone="bad">{phaseWords(now.tradingStatus)}</Badge>}
      {now.eventPhase ? <Badge tone="warn">{phaseWords(now.eventPhase)}</Badge> : null}
    </>
  );
}

function Mark() {
  const held = context.value;
  const mark = reading(held?.value.markPx ?? null);
  const change = held ? dayChange(held.value.markPx, held.value.prevDayPx) : null;
  return (
    <div class={css.mark}>
      <Live held={held} block>
        <span class={css.markPrice}>
          <Amount text={mark.text} unit={mark.unit} />
        </span>
        <span class={css.markNote}>
          <Change of={change} text={`${percent(change)} 24 h`} />
          {mark.indicative ? ' indicative' : ''}
        </span>
      </Live>
    </div>
  );
}

function Figures() {
  const now = status.value?.value;
  if (!now) return <Figure name="Mark and oracle">Reading…</Figure>;
  const outside = reading(now.indexPx ?? now.oraclePx);
  const use = interestUse(now);
  return (
    <>
      <Figure name={now.indexPx ? 'Index' : 'Oracle'}>
        <Amount text={outside.text} unit={outside.unit} />
      </Figure>
      <Figure
        name="Funding / predicted, %/h"
        whole="Funding, and the predicted one, percent an hour"
      >
        <Change of={now.fundingRate} text={percent(now.fundingRate, 5).replace(' %', '')} />
        {' / '}
        <Change
          of={now.predictedFunding}
          text={percent(now.predictedFunding, 5).replace(' %', '')}
        />
      </Figure>
      <Figure name="Open interest / cap">
        <span title={`${use.percent} of the cap`}>
          <Amount text={use.interest} /> / <Amount text={use.cap} unit="USD" />
        </span>
        <meter
          class={css.meter}
          min={0}
          max={1}
          high={0.9}
          value={use.share}
          aria-label={`${use.percent} of the cap`}
        />
      </Figure>
      <Figure name="To move the mark">
        <span title={allMoves(now.manipulationBudget)}>{budgetWords(now)}</span>
      </Figure>
      <Figure name="Insurance fund">
        <Amount text={compact(now.insuranceFund)} unit="USD" />
      </Figure>
    </>
  );
}

function allMoves(moves: readonly { movePct: string; costUsd: string | null }[]): string {
  return moves.map((move) => `${move.movePct} %: ${compact(move.costUsd)} USD`).join('\n');
}

interface FigureProps {
  name: string;
  /** The name in full, where the other one is short. */
  whole?: string;
  children: ComponentChildren;
}

function Figure({ name, whole, children }: FigureProps) {
  return (
    <div>
      <dt title={whole}>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
