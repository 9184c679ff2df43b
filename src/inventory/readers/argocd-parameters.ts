import { at, entriesAt, itemsAt, type Mapping, type Node, type Scalar, type Step, textAt } from "../../kernel/tree.ts";
import type { SourceFile } from "../../platform/source.ts";
import type { PathOf } from "./argocd-source.ts";

/** A value that a generator gives to the template, and where it is written. */
interface Parameter {
  readonly scalar: Scalar;
  readonly path: string;
}

/** What one generated Application gets, by name: `chartVersion`, `values.revision`. */
export type ParameterSet = ReadonlyMap<string, Parameter>;

/** More combinations than any reader could use; a matrix of long lists would have millions. */
const mostSets = 1000;

/** Where a generator stands. */
interface Place {
  readonly file: SourceFile;
  readonly pathOf: PathOf;
}

/**
 * The constant parameters of an ApplicationSet's generators, one set per Application as far as the file tells. A generator
 * that asks a cluster or a repository gives one set with its constant `values` only.
 */
export function parameterSets(generators: readonly Node[], file: SourceFile, pathOf: PathOf): readonly ParameterSet[] {
  return generators
    .flatMap((generator, index) => setsOf(generator, { file, pathOf: (steps) => pathOf([index, ...steps]) }, 0))
    .slice(0, mostSets);
}

function setsOf(generator: Node, place: Place, depth: number): readonly ParameterSet[] {
  const [entry] = generator.kind === "mapping" ? generator.entries.filter(({ key }) => key.text !== "selector") : [];
  if (entry === undefined || depth > 3) return [];
  const kind = entry.key.text;
  const below: Place = { ...place, pathOf: (steps) => place.pathOf([kind, ...steps]) };
  if (kind === "list") return listSets(entry.value, below);
  if (kind === "matrix") return nestedSets(entry.value, below, depth).reduce(product, [new Map()]);
  if (kind === "merge") return merged(nestedSets(entry.value, below, depth), mergeKeys(entry.value));
  const values = at(entry.value, "values");
  return [values === undefined ? new Map() : flattened(values, ["values"], below.pathOf)];
}

function listSets(list: Node, place: Place): readonly ParameterSet[] {
  const sets = itemsAt(list, "elements").map((item, index) =>
    flattened(item, [], (steps) => place.pathOf(["elements", index, ...steps])),
  );
  const written = at(list, "elementsYaml");
  if (written?.kind !== "scalar") return sets;
  const root = place.file.embedded(written)[0]?.root;
  const items = root?.kind === "sequence" ? root.items : [];
  const embedded = items.map((item, index) =>
    flattened(item, [], (steps) => place.pathOf(["elementsYaml", index, ...steps])),
  );
  return [...sets, ...embedded];
}

function nestedSets(node: Node, place: Place, depth: number): readonly (readonly ParameterSet[])[] {
  return itemsAt(node, "generators").map((generator, index) =>
    setsOf(generator, { ...place, pathOf: (steps) => place.pathOf(["generators", index, ...steps]) }, depth + 1),
  );
}

function product(left: readonly ParameterSet[], right: readonly ParameterSet[]): readonly ParameterSet[] {
  const sets: ParameterSet[] = [];
  for (const one of left) {
    for (const other of right) {
      if (sets.length < mostSets) sets.push(new Map([...one, ...other]));
    }
  }
  return sets;
}

function mergeKeys(merge: Node): readonly string[] {
  return itemsAt(merge, "mergeKeys").flatMap((key) => (key.kind === "scalar" ? [key.text] : []));
}

/**
 * The first generator's sets; later ones override those that agree in every merge key. Keys that only a cluster knows may
 * agree or not: then both what is overridden and what overrides it are there.
 */
function merged(generators: readonly (readonly ParameterSet[])[], keys: readonly string[]): readonly ParameterSet[] {
  const [base = [], ...later] = generators;
  const overrides = later.flat().slice(0, mostSets);
  const sets: ParameterSet[] = [];
  for (const set of base) {
    let sure: ParameterSet = set;
    for (const other of overrides) {
      if (sets.length >= mostSets) return sets;
      const isOpen = keys.some((key) => !set.has(key) || !other.has(key));
      if (isOpen) sets.push(new Map([...set, ...other]));
      else if (keys.every((key) => other.get(key)?.scalar.text === set.get(key)?.scalar.text)) {
        sure = new Map([...sure, ...other]);
      }
    }
    sets.push(sure);
  }
  return sets;
}

function flattened(node: Node, names: readonly string[], pathOf: PathOf): ParameterSet {
  const found = new Map<string, Parameter>();
  const add = (value: Node, name: readonly string[], steps: readonly Step[]): void => {
    if (value.kind === "scalar") found.set(name.join("."), { scalar: value, path: pathOf(steps) });
    else if (value.kind === "mapping" && name.length < 8) {
      for (const entry of value.entries) add(entry.value, [...name, entry.key.text], [...steps, entry.key.text]);
    }
  };
  add(node, names, names);
  return found;
}

/** The name in a text that is nothing but one parameter: `{{ chart }}`, `{{.values.chart}}`. */
export function parameterNamed(text: string): string | undefined {
  return /^\{\{-?\s*\.?([\w-]+(?:\.[\w-]+)*)\s*-?\}\}$/.exec(text.trim())?.[1];
}

/** A text with its parameters filled in; undefined when one is not constant, or more than a name. */
export function filledIn(text: string, parameters: ParameterSet): string | undefined {
  let whole = true;
  const filled = text.replace(/\{\{.*?\}\}/g, (expression) => {
    const parameter = parameters.get(parameterNamed(expression) ?? "");
    if (parameter === undefined || parameter.scalar.templated) whole = false;
    return parameter?.scalar.text ?? expression;
  });
  return whole ? filled : undefined;
}

/** The Git generators of an ApplicationSet, also inside others, with their key paths. */
export function gitGenerators(generators: readonly Node[]): readonly (readonly [Mapping, readonly Step[]])[] {
  const found: (readonly [Mapping, readonly Step[]])[] = [];
  const look = (items: readonly Node[], steps: readonly Step[], depth: number): void => {
    for (const [index, item] of items.entries()) {
      for (const { key, value } of entriesAt(item)) {
        const here = [...steps, index, key.text];
        if (key.text === "git" && value.kind === "mapping" && textAt(value, "repoURL") !== undefined) {
          found.push([value, here]);
        }
        if (depth < 3) look(itemsAt(value, "generators"), [...here, "generators"], depth + 1);
      }
    }
  };
  look(generators, [], 0);
  return found;
}
