/** Whether the server answers: what the banner and the data's age are shown by. Times are milliseconds since 1970. */
export interface Connection {
  readonly lost: boolean;
  /** When the server was last heard. */
  readonly heardAt: number | undefined;
}

let current: Connection = { lost: false, heardAt: undefined };
const listeners = new Set<() => void>();

/** Any answer counts, a refusal too. */
export function heard(now: number): void {
  const changed = current.lost;
  current = { lost: false, heardAt: now };
  // The time alone makes nobody draw anew: it is read when the connection is lost.
  if (changed) tell();
}

export function lost(): void {
  if (current.lost) return;
  current = { ...current, lost: true };
  tell();
}

export function connection(): Connection {
  return current;
}

export function onConnection(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(): void {
  // useSyncExternalStore compares by identity.
  current = { ...current };
  for (const listener of listeners) listener();
}
