/** A component as probes see it, or as nobody can tell. */
export type OwnHealth = "healthy" | "unhealthy" | "unknown";

/**
 * `unhealthy`: the trouble is its own; `affected`: it suffers from another one's. The causes are the components to look at first.
 */
export type Attributed =
  | { readonly kind: "healthy" }
  | { readonly kind: "unknown" }
  | { readonly kind: "unhealthy" }
  | { readonly kind: "affected"; readonly causes: readonly string[] };

export interface AttributionInput {
  /** What each component's probes say. */
  readonly health: ReadonlyMap<string, OwnHealth>;
  /** Component → components it needs. May hold cycles: SharingHub and MLflow call each other. */
  readonly needs: ReadonlyMap<string, readonly string[]>;
  /**
   * Whether a component's own parts (those it answers from without asking another) are healthy: SharingHub's `/status`,
   * MLflow's `/version`. Missing: nothing tells own trouble from another's.
   */
  readonly alone: ReadonlyMap<string, OwnHealth>;
}

/**
 * Says whose trouble it is. A component whose own parts are bad, and one in trouble that needs nobody in trouble, is unhealthy.
 * One in trouble whose own parts are well, or not told apart, is affected by the nearest unhealthy ones it needs. In a cycle in
 * which nobody's own parts are bad the first by name stands for all: one cause, never none and never one for each.
 */
export function attribute(input: AttributionInput): ReadonlyMap<string, Attributed> {
  const inTrouble = new Set([...input.health].filter(([, health]) => health === "unhealthy").map(([name]) => name));
  const roots = rootsOf(input, inTrouble);
  const result = new Map<string, Attributed>();
  for (const [name, health] of input.health) {
    if (health !== "unhealthy") result.set(name, { kind: health });
    else if (roots.has(name)) result.set(name, { kind: "unhealthy" });
    else result.set(name, { kind: "affected", causes: [...reached(name, input.needs, inTrouble, roots)].sort() });
  }
  return result;
}

/** Those to look at first: own parts bad; or nobody they lead to is, and they are the first of their cycle. */
function rootsOf({ needs, alone }: AttributionInput, inTrouble: ReadonlySet<string>): ReadonlySet<string> {
  const roots = new Set([...inTrouble].filter((name) => alone.get(name) === "unhealthy"));
  // Those with well parts come last: of two that blame each other, the one not known to be well is the cause.
  const rest = [...inTrouble]
    .filter((name) => !roots.has(name))
    .sort((a, b) => rank(alone, a) - rank(alone, b) || (a < b ? -1 : 1));
  for (const name of rest) {
    const ahead = troubleAhead(name, needs, inTrouble);
    if ([...ahead].some((other) => roots.has(other))) continue;
    // Whoever it leads to and cannot come back from is nearer to the cause.
    const nearer = [...ahead].some((other) => !troubleAhead(other, needs, inTrouble).has(name));
    if (!nearer) roots.add(name);
  }
  return roots;
}

function rank(alone: ReadonlyMap<string, OwnHealth>, name: string): number {
  return alone.get(name) === "healthy" ? 1 : 0;
}

/** The components in trouble that one reaches through others in trouble, itself left out. */
function troubleAhead(
  from: string,
  needs: ReadonlyMap<string, readonly string[]>,
  inTrouble: ReadonlySet<string>,
): ReadonlySet<string> {
  const seen = new Set<string>();
  const open = [from];
  for (let here = open.pop(); here !== undefined; here = open.pop()) {
    for (const next of needs.get(here) ?? []) {
      if (next === from || seen.has(next) || !inTrouble.has(next)) continue;
      seen.add(next);
      open.push(next);
    }
  }
  return seen;
}

/** The roots that a component reaches; at a root the way ends. */
function reached(
  from: string,
  needs: ReadonlyMap<string, readonly string[]>,
  inTrouble: ReadonlySet<string>,
  roots: ReadonlySet<string>,
): ReadonlySet<string> {
  const found = new Set<string>();
  const seen = new Set([from]);
  const open = [from];
  for (let here = open.pop(); here !== undefined; here = open.pop()) {
    for (const next of needs.get(here) ?? []) {
      if (seen.has(next) || !inTrouble.has(next)) continue;
      seen.add(next);
      if (roots.has(next)) found.add(next);
      else open.push(next);
    }
  }
  return found;
}
