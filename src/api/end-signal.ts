/** Signals that come within so long are one. */
const togetherMillis = 1000;

/**
 * What a signal to end does: the first one ends in order, a later one at once. One wish may come as several signals: Ctrl-C
 * reaches a process from the terminal and again from whoever started it, and Linux tells of a parent's death once for each of its
 * threads. `millis` only ever grows.
 */
export function endSignal(ends: {
  readonly inOrder: () => void;
  readonly atOnce: () => void;
  readonly millis: () => number;
}): () => void {
  let first: number | undefined;
  return () => {
    if (first === undefined) {
      first = ends.millis();
      ends.inOrder();
    } else if (ends.millis() - first >= togetherMillis) ends.atOnce();
  };
}
