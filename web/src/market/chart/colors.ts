/** Colors of the tokens as the canvas takes them: the theme in force is worked out. */
export function colorOf(token: string, near: HTMLElement): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${token})`;
  near.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

/** Calls back at once and whenever the theme changes, by choice or by the system. */
export function onTheme(change: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const choice = new MutationObserver(change);
  choice.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  system.addEventListener('change', change);
  change();
  return () => {
    choice.disconnect();
    system.removeEventListener('change', change);
  };
}
