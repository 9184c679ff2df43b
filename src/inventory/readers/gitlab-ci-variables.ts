import { child, entriesAt, itemsAt, type Node, type Scalar, type Step, scalarAt } from "../../kernel/tree.ts";

/** A variable of a pipeline where it is written. */
export interface Variable {
  readonly scalar: Scalar;
  readonly steps: readonly Step[];
}

/** What `$NAME` means at some place: the nearest definition wins. */
export type Scope = (name: string) => Variable | undefined;

/** https://docs.gitlab.com/ci/yaml/#extends allows eleven levels. */
const deepestExtends = 11;
const reference = /\$\{([A-Za-z_]\w*)\}|\$([A-Za-z_]\w*)/g;

/** The variables of a job: its own, then those it extends, the last named first, then those of the whole pipeline. */
export function scopeOf(root: Node, job?: string): Scope {
  const sections: (readonly Step[])[] = [];
  const add = (name: string, depth: number): void => {
    if (depth > deepestExtends || sections.length > 100) return;
    sections.push([name, "variables"]);
    for (const parent of extended(child(root, name)).toReversed()) add(parent, depth + 1);
  };
  if (job !== undefined) add(job, 0);
  sections.push(["variables"]);
  return (name) => {
    for (const section of sections) {
      const found = variableAt(root, [...section, name]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

function extended(job: Node | undefined): readonly string[] {
  const one = scalarAt(job, "extends");
  if (one !== undefined) return [one.text];
  return itemsAt(job, "extends").flatMap((item) => (item.kind === "scalar" ? [item.text] : []));
}

/** A variable is a text, or `{value, description}`. */
function variableAt(root: Node, steps: readonly Step[]): Variable | undefined {
  const plain = scalarAt(root, ...steps);
  if (plain !== undefined) return { scalar: plain, steps };
  const scalar = scalarAt(root, ...steps, "value");
  return scalar === undefined ? undefined : { scalar, steps: [...steps, "value"] };
}

/** Every variable of a section. */
export function variablesAt(root: Node, steps: readonly Step[]): readonly Variable[] {
  return entriesAt(root, ...steps).flatMap(({ key }) => variableAt(root, [...steps, key.text]) ?? []);
}

/** The variable that `text` is as a whole, followed through variables that are another as a whole. */
export function variableIn(text: string, scope: Scope): Variable | undefined {
  let found: Variable | undefined;
  let here = text;
  for (let depth = 0; depth < deepestExtends; depth += 1) {
    const name = /^\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))$/.exec(here.trim());
    if (name === null) return found;
    found = scope(name[1] ?? name[2] ?? "");
    if (found === undefined) return undefined;
    here = found.scalar.text;
  }
  return undefined;
}

/** A reference longer than this is none, and names that multiply by references are not followed for ever. */
const longest = 1024;
const mostReferences = 500;

/** `text` with its variables filled in; undefined when one has no value here. */
export function expand(text: string, scope: Scope): string | undefined {
  let left = mostReferences;
  const fill = (template: string, depth: number): string | undefined => {
    let complete = depth <= deepestExtends;
    const filled = template.replace(reference, (_, braced, bare) => {
      left -= 1;
      if (!complete || left < 0) return "";
      const value = scope(braced ?? bare)?.scalar.text;
      const inner = value === undefined ? undefined : fill(value, depth + 1);
      complete &&= inner !== undefined;
      return inner ?? "";
    });
    return complete && left >= 0 && filled.length <= longest ? filled : undefined;
  };
  return fill(text, 0);
}
