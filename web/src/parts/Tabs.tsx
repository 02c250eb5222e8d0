import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import css from './parts.module.css';

export interface Tab<K extends string> {
  key: K;
  label: string;
  /** A count beside the label. */
  count?: number;
}

interface Props<K extends string> {
  label: string;
  tabs: readonly Tab<K>[];
  chosen: K;
  choose: (key: K) => void;
  children: ComponentChildren;
}

/** Tabs with their panel; arrow keys move between them. */
export function Tabs<K extends string>({ label, tabs, chosen, choose, children }: Props<K>) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  // On a phone the chosen one may stand beyond the edge.
  useEffect(() => {
    const row = list.current;
    const tab = row?.querySelector<HTMLElement>('[aria-selected=true]');
    if (row && tab) row.scrollLeft = tab.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
  }, [chosen]);
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const from = tabs.findIndex((tab) => tab.key === chosen);
    const to = (from + step + tabs.length) % tabs.length;
    const next = tabs[to];
    if (!next) return;
    choose(next.key);
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[to]?.focus();
  };
  return (
    <>
      <div ref={list} role="tablist" aria-label={label} class={css.tabs} onKeyDown={move}>
        {tabs.map((tab) => (
          <button
            key={tab.key}
            type="button"
            role="tab"
            id={`${id}-${tab.key}`}
            aria-selected={tab.key === chosen}
            aria-controls={`${id}-panel`}
            tabIndex={tab.key === chosen ? 0 : -1}
            class={css.tab}
            onClick={() => choose(tab.key)}
          >
            {tab.label}
            {tab.count ? <span class={css.count}>{tab.count}</span> : null}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${chosen}`} class={css.panel}>
        {children}
      </div>
    </>
  );
}
