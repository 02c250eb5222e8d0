/** Does each job in a task of its own, so that the page answers in between; returns what stops it. */
export function inTurn(jobs: readonly (() => void)[]): () => void {
  const waiting = [...jobs];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const next = () => {
    waiting.shift()?.();
    if (waiting.length > 0) timer = setTimeout(next);
  };
  timer = setTimeout(next);
  return () => clearTimeout(timer);
}
