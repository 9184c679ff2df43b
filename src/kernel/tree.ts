/**
 * A document (YAML, JSON) read with the place of each value. Offsets count UTF-16 units from the start of the *outer*
 * file, also for a document that stands inside a YAML string, so that a value can be replaced where it is written.
 * An alias is the very node its anchor names (shared, not copied): a walk that visits each node once stays bounded
 * however the aliases multiply.
 */
export type Node = Scalar | Mapping | Sequence;

export interface Scalar {
  readonly kind: "scalar";
  /** As the YAML 1.2 core schema reads it, except that `templated` text is always a string. */
  readonly value: string | number | boolean | null;
  /** The text as written, without quotes; for block scalars the folded content. `1.10` stays `1.10` here. */
  readonly text: string;
  readonly style: "plain" | "single" | "double" | "literal" | "folded";
  /** Where the text is written, quotes excluded; for block scalars from the first content character to the last. */
  readonly start: number;
  readonly end: number;
  /** Some part was a template expression (`{{ x }}`, `${x}`, `<< x >>` …): the value is not known. */
  readonly templated: boolean;
}

export interface Entry {
  readonly key: Scalar;
  readonly value: Node;
}

export interface Mapping {
  readonly kind: "mapping";
  readonly entries: readonly Entry[];
  readonly start: number;
  readonly end: number;
}

export interface Sequence {
  readonly kind: "sequence";
  readonly items: readonly Node[];
  readonly start: number;
  readonly end: number;
}

/** A step into a document: a key or an index from 0. */
export type Step = string | number;

/** The node below `key`, YAML merge keys (`<<`) included, the mapping's own key first; undefined when there is none. */
export function child(node: Node | undefined, key: Step): Node | undefined {
  if (node?.kind === "sequence") return typeof key === "number" ? node.items[key] : undefined;
  if (node?.kind !== "mapping") return undefined;
  const own = ownChild(node, key);
  if (own !== undefined || !node.entries.some(isMerge)) return own;
  return mergedChild(node, key, new Set());
}

// Readers ask for many keys that are not there; a plain loop answers them fastest.
function ownChild(node: Mapping, key: Step): Node | undefined {
  if (key === "<<") return undefined;
  for (const entry of node.entries) if (entry.key.text === key) return entry.value;
  return undefined;
}

function isMerge({ key }: Entry): boolean {
  return key.text === "<<";
}

/** Asks each mapping once: merges can run in circles and multiply like aliases. */
function mergedChild(node: Mapping, key: Step, asked: Set<Mapping>): Node | undefined {
  asked.add(node);
  for (const entry of node.entries) {
    if (!isMerge(entry)) continue;
    for (const source of entry.value.kind === "sequence" ? entry.value.items : [entry.value]) {
      if (source.kind !== "mapping" || asked.has(source)) continue;
      const found = ownChild(source, key) ?? mergedChild(source, key, asked);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** Follows `steps` from `node`; undefined as soon as one is missing. */
export function at(node: Node | undefined, ...steps: readonly Step[]): Node | undefined {
  let here = node;
  for (const step of steps) here = child(here, step);
  return here;
}

/** The text of the scalar at `steps`, as written; undefined for a null, a missing or a composite value. */
export function textAt(node: Node | undefined, ...steps: readonly Step[]): string | undefined {
  const found = at(node, ...steps);
  return found?.kind === "scalar" && found.value !== null ? found.text : undefined;
}

/** The scalar at `steps`, or undefined. */
export function scalarAt(node: Node | undefined, ...steps: readonly Step[]): Scalar | undefined {
  const found = at(node, ...steps);
  return found?.kind === "scalar" ? found : undefined;
}

/** The items of the sequence at `steps`; none when it is missing or something else. */
export function itemsAt(node: Node | undefined, ...steps: readonly Step[]): readonly Node[] {
  const found = at(node, ...steps);
  return found?.kind === "sequence" ? found.items : [];
}

/** The entries of the mapping at `steps`; none when it is missing or something else. */
export function entriesAt(node: Node | undefined, ...steps: readonly Step[]): readonly Entry[] {
  const found = at(node, ...steps);
  return found?.kind === "mapping" ? found.entries : [];
}

/** A key path as people write it: `spec.sources[0].targetRevision`; a key with a dot or bracket is quoted. */
export function formatPath(steps: readonly Step[]): string {
  let path = "";
  for (const step of steps) {
    if (typeof step === "number") path += `[${step}]`;
    else if (/[.[\]"\s]/.test(step) || step === "") path += `[${JSON.stringify(step)}]`;
    else path += path === "" ? step : `.${step}`;
  }
  return path;
}

/**
 * Every node once, parents before children, with its path; a node shared by aliases is seen at its first place only.
 * `visit` returns false to leave a node's children out.
 */
export function walk(root: Node, visit: (node: Node, path: readonly Step[]) => boolean | undefined): void {
  const seen = new Set<Node>();
  const path: Step[] = [];
  const go = (node: Node): void => {
    if (node.kind !== "scalar") {
      if (seen.has(node)) return;
      seen.add(node);
    }
    if (visit(node, path) === false || node.kind === "scalar") return;
    if (node.kind === "mapping") {
      for (const entry of node.entries) step(entry.key.text, entry.value);
    } else {
      node.items.forEach((item, index) => {
        step(index, item);
      });
    }
  };
  const step = (to: Step, node: Node): void => {
    path.push(to);
    go(node);
    path.pop();
  };
  go(root);
}
