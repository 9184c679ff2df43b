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

/**
 * What the names of Terraform modules stand for. What a module's caller passes wins over the values in `*.tfvars`, and
 * they win over defaults; files given by hand (`-var-file=production.tfvars`) over those that are read by themselves
 * (https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence). Several callers,
 * or a file for each environment, are as many meanings.
 */
export class Names {
  readonly #constants = new Map<string, Constant[]>();
  readonly #modules: ReadonlySet<string>;
  /** By module and name; empty while a name is being followed, so that a circle ends in nothing. */
  readonly #followed = new Map<string, readonly Meaning[]>();

  constructor(constants: readonly Constant[], references: readonly FileNote<"reference">[]) {
    const isValues = ({ file }: Constant): boolean => /\.tfvars(\.json)?$/.test(file);
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
    }
  }

  /** The meanings of a template in the module at `folder`; none when a name in it is not known, or has several among others. */
  meaningsOf(template: string, folder: string): readonly Meaning[] {
    const names = [...template.matchAll(reference)];
    const [first] = names;
    if (first === undefined) return [];
    if (first[0].length === template.length) return this.#meaningsOfName(first[1] ?? "", folder);
    const composed = this.#compose(template, names, folder);
    return composed === undefined ? [] : [composed];
  }

  #compose(template: string, names: readonly RegExpExecArray[], folder: string): Meaning | undefined {
    const parts: string[] = [];
    const from = new Set<string>();
    let end = 0;
    for (const found of names) {
      const [only, ...others] = this.#meaningsOfName(found[1] ?? "", folder);
      if (only === undefined || others.length > 0) return undefined;
      parts.push(template.slice(end, found.index), only.value);
      end = found.index + found[0].length;
      from.add(only.from);
    }
    const value = [...parts, template.slice(end)].join("");
    return value.length > longestValue || /[$%]\{/.test(value) ? undefined : { value, from: [...from].join(", ") };
  }

  #meaningsOfName(name: string, folder: string): readonly Meaning[] {
    const key = keyOf(folder, name);
    const followed = this.#followed.get(key);
    if (followed !== undefined) return followed;
    this.#followed.set(key, []);
    const winning = winners(this.#constants.get(key) ?? [], folder);
    const meanings = winning.flatMap((constant) => this.#meaningsOfConstant(constant)).slice(0, mostMeanings);
    this.#followed.set(key, meanings);
    return meanings;
  }

  #meaningsOfConstant({ file, note }: Constant): readonly Meaning[] {
    const { value, place, path } = note;
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

/** Those of a name's constants that count. */
function winners(constants: readonly Constant[], folder: string): readonly Constant[] {
  const values = constants.filter(({ file }) => /\.tfvars(\.json)?$/.test(file));
  const code = constants.filter((constant) => !values.includes(constant));
  const callers = code.filter(({ file }) => folderOf(file) !== folder);
  if (callers.length > 0) return callers;
  const byHand = values.filter((constant) => !readsItself(constant, folder));
  if (byHand.length > 0) return byHand;
  // `terraform.tfvars` first, then `*.auto.tfvars` in the order of their names: the last one wins.
  const automatic = values.toSorted((a, b) => order(a.file) - order(b.file) || (a.file < b.file ? -1 : 1));
  return (automatic.length > 0 ? automatic : code).slice(-1);
}

function readsItself({ file }: Constant, folder: string): boolean {
  return folderOf(file) === folder && /(?:^|\/)terraform\.tfvars(\.json)?$|\.auto\.tfvars(\.json)?$/.test(file);
}

function order(file: string): number {
  return file.includes(".auto.tfvars") ? 1 : 0;
}

function keyOf(folder: string, name: string): string {
  return `${folder}\u{0}${name}`;
}

function folderOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
}
