import type { Place } from "../reader.ts";
import type { FileNote } from "./join.ts";

/** One thing that an expression may come to, and the place that says so where it is written whole in one. */
export interface Meaning {
  readonly value: string;
  readonly from: string;
  readonly constant?: { readonly file: string; readonly place: Place; readonly path: string };
}

type Constant = FileNote<"constant">;

/** A version, an image or a URL is shorter; what multiplies by references beyond that is none. */
const longestValue = 1024;
const mostMeanings = 100;
const reference = /\$\{\s*((?:var|local)\.[\w-]+(?:\.[\w-]+|\["[^"]+"\]|\[\d+\])*)\s*\}/g;

const wholeReference = /^\$\{\s*((?:var|local)\.[\w-]+(?:\.[\w-]+|\["[^"]+"\]|\[\d+\])*)\s*\}$/;

/**
 * What the names of Terraform modules stand for. What a module's caller passes wins over the values in `*.tfvars`, they win
 * over a variable's default, and that over the default of an optional attribute; files given by hand
 * (`-var-file=production.tfvars`) win over those that are read by themselves
 * (https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence). Several callers,
 * or a file for each environment, are as many meanings.
 */
export class Names {
  readonly #constants = new Map<string, Constant[]>();
  /** Names of objects of which some attribute is known. */
  readonly #objects = new Set<string>();
  readonly #modules: ReadonlySet<string>;
  /** By module and name; empty while a name is being followed, so that a circle ends in nothing. */
  readonly #followed = new Map<string, Meanings>();

  constructor(constants: readonly Constant[], references: readonly FileNote<"reference">[]) {
    this.#modules = new Set([
      ...references.map(({ note }) => note.folder),
      ...constants.filter((constant) => !isValues(constant)).map(({ note }) => note.folder),
    ]);
    for (const constant of constants) {
      const folder = isValues(constant) ? this.#moduleOf(constant.note.folder) : constant.note.folder;
      const key = keyOf(folder, constant.note.name);
      const known = this.#constants.get(key);
      if (known === undefined) this.#constants.set(key, [constant]);
      else known.push(constant);
      for (const prefix of prefixesOf(constant.note.name).slice(1)) this.#objects.add(keyOf(folder, prefix));
    }
  }

  /** The meanings of a template in the module at `folder`; none when a name in it is not known, or has several among others. */
  meaningsOf(template: string, folder: string): readonly Meaning[] {
    const names = [...template.matchAll(reference)];
    const [first] = names;
    if (first === undefined) return [];
    if (first[0].length === template.length) return this.#meaningsOfName(first[1] ?? "", folder) ?? [];
    const composed = this.#compose(template, names, folder);
    return composed === undefined ? [] : [composed];
  }

  #compose(template: string, names: readonly RegExpExecArray[], folder: string): Meaning | undefined {
    const parts: string[] = [];
    const from = new Set<string>();
    let end = 0;
    for (const found of names) {
      const [first, ...others] = this.#meaningsOfName(found[1] ?? "", folder) ?? [];
      if (first === undefined || others.some(({ value }) => value !== first.value)) return undefined;
      parts.push(template.slice(end, found.index), first.value);
      end = found.index + found[0].length;
      from.add(first.from);
    }
    const value = [...parts, template.slice(end)].join("");
    return value.length > longestValue || /[$%]\{/.test(value) ? undefined : { value, from: [...from].join(", ") };
  }

  #meaningsOfName(name: string, folder: string): Meanings {
    const key = keyOf(folder, name);
    if (this.#followed.has(key)) return this.#followed.get(key);
    this.#followed.set(key, []);
    const meanings = this.#follow(name, folder);
    this.#followed.set(key, meanings);
    return meanings;
  }

  #follow(name: string, folder: string): Meanings {
    const levels = levelsOf(this.#definitionsOf(name, folder), folder);
    for (const level of levels) {
      const present = level.flatMap((definition) => {
        const meanings = this.#meaningsOfDefinition(definition);
        return meanings === undefined ? [] : [meanings];
      });
      if (present.length > 0) return present.flat().slice(0, mostMeanings);
    }
    const isOfKnownObject = this.#objects.has(keyOf(folder, prefixesOf(name)[1] ?? ""));
    return isOfKnownObject || levels.some((level) => level.length > 0) ? undefined : [];
  }

  /** What defines the name itself, and what says that an object it is in is another one. */
  #definitionsOf(name: string, folder: string): readonly Definition[] {
    return prefixesOf(name).flatMap((prefix) => {
      const rest = name.slice(prefix.length);
      const constants = this.#constants.get(keyOf(folder, prefix)) ?? [];
      return constants
        .filter(({ note }) => rest === "" || wholeReference.test(note.value))
        .map((constant) => ({ constant, rest }));
    });
  }

  #meaningsOfDefinition({ constant: { file, note }, rest }: Definition): Meanings {
    const { value, place, path } = note;
    const other = wholeReference.exec(value)?.[1];
    if (other !== undefined) return this.#meaningsOfName(`${other}${rest}`, folderOf(file));
    if (/[$%]\{/.test(value)) return this.meaningsOf(value, folderOf(file));
    return [{ value, from: `${file}:${place.line}`, constant: { file, place, path } }];
  }

  /** The module that a file of values belongs to: the nearest folder above it, or its own, with Terraform files. */
  #moduleOf(folder: string): string {
    for (let here = folder; ; here = folderOf(here)) {
      if (this.#modules.has(here)) return here;
      if (here === "") return folder;
    }
  }
}

/** Undefined: the object that would hold the name is known and does not have it. */
type Meanings = readonly Meaning[] | undefined;

interface Definition {
  readonly constant: Constant;
  /** What of the name is below the constant's: `.version`. */
  readonly rest: string;
}

/** The definitions of a name, the strongest first: a level counts when nothing above it says anything. */
function levelsOf(definitions: readonly Definition[], folder: string): readonly (readonly Definition[])[] {
  const values = definitions.filter(({ constant }) => isValues(constant));
  const code = definitions.filter(({ constant }) => !isValues(constant));
  const own = code.filter(({ constant }) => folderOf(constant.file) === folder);
  // `terraform.tfvars` first, then `*.auto.tfvars` in the order of their names: the last one wins.
  const automatic = values
    .filter(({ constant }) => readsItself(constant, folder))
    .toSorted(({ constant: a }, { constant: b }) => order(a.file) - order(b.file) || (a.file < b.file ? -1 : 1));
  const isOptional = ({ constant }: Definition): boolean => /^variable\.[^.]+\.type\./.test(constant.note.path);
  return [
    code.filter((definition) => !own.includes(definition)),
    values.filter((definition) => !automatic.includes(definition)),
    automatic.slice(-1),
    own.filter((definition) => !isOptional(definition)).slice(-1),
    own.filter(isOptional).slice(-1),
  ];
}

function isValues({ file }: Constant): boolean {
  return /\.tfvars(\.json)?$/.test(file);
}

function readsItself({ file }: Constant, folder: string): boolean {
  return folderOf(file) === folder && /(?:^|\/)terraform\.tfvars(\.json)?$|\.auto\.tfvars(\.json)?$/.test(file);
}

function order(file: string): number {
  return file.includes(".auto.tfvars") ? 1 : 0;
}

/** `var.a.b.c`, `var.a.b`, `var.a`. */
function prefixesOf(name: string): readonly string[] {
  const prefixes: string[] = [];
  let here = name;
  while (/^\w+\../.test(here)) {
    prefixes.push(here);
    here = here.replace(/(?:\.[^.[\]]+|\[[^\]]*\])$/, "");
    if (here === prefixes.at(-1)) break;
  }
  return prefixes;
}

function keyOf(folder: string, name: string): string {
  return `${folder}\u{0}${name}`;
}

function folderOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
}
