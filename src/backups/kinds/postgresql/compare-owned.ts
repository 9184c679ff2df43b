import { counted } from "../../../kernel/count.ts";
import type { Content } from "./body.ts";
import type { Compared } from "./compare.ts";

type Owned = NonNullable<Content["owned"]>;
type OwnedOne = Owned[number];

/** Roles that could get nothing where it was restored, and by no fault of the backup. */
export interface Ungiven {
  /** What belonged to them may be another's. */
  readonly owners: ReadonlySet<string>;
  /** What they might may be granted to nobody. */
  readonly grantees: ReadonlySet<string>;
}

export interface OwnedCompared {
  readonly sameMajor: boolean;
  readonly ungiven: Ungiven;
}

/** They are listed only where they grant something. */
const byGrantsAlone: ReadonlySet<string> = new Set(["column", "default privileges"]);
/** Whose absence other comparisons tell. */
const toldElsewhere: ReadonlySet<string> = new Set(["table", "sequence"]);

/** Whose everything is and who may use it; what many share is told once. */
export function compareOwned(said: Owned, found: Owned, { sameMajor, ungiven }: OwnedCompared): Compared {
  const here = new Map(found.map((one) => [labelOf(one), one]));
  const known = new Set(said.map(labelOf));
  const [missing, told, noted] = [[] as string[], new Lists(), new Lists()];
  const compare = (was: OwnedOne, is: OwnedOne): void => {
    for (const { words, isUngiven } of [...ownerOf(was, is, ungiven), ...grantsOf(was, is, sameMajor, ungiven)])
      (isUngiven ? noted : told).add(words, labelOf(was));
  };
  for (const was of said) {
    const is = here.get(labelOf(was));
    if (is !== undefined) compare(was, is);
    else if (byGrantsAlone.has(was.kind)) compare(was, { kind: was.kind, name: was.name });
    else if (!toldElsewhere.has(was.kind)) missing.push(`the ${labelOf(was)} is missing`);
  }
  for (const is of found)
    if (byGrantsAlone.has(is.kind) && !known.has(labelOf(is))) compare({ kind: is.kind, name: is.name }, is);
  return { differences: [...missing, ...told.lines()], notes: noted.lines() };
}

function labelOf({ kind, name }: OwnedOne): string {
  return `${kind} ${name}`;
}

interface Difference {
  readonly words: string;
  readonly isUngiven: boolean;
}

function ownerOf({ owner: was }: OwnedOne, { owner: is }: OwnedOne, { owners }: Ungiven): readonly Difference[] {
  if (was === undefined || is === was) return [];
  return [{ words: `belongs to ${is ?? "nobody that is known"}, and belonged to ${was}`, isUngiven: owners.has(was) }];
}

/** In another major what was not said may be there: a grant of all rights is of more rights in it. */
function grantsOf(was: OwnedOne, is: OwnedOne, sameMajor: boolean, ungiven: Ungiven): readonly Difference[] {
  // Of another's thing an owner has grants, and of its own it needs none.
  const owners = ungiven.owners.has(was.owner ?? "") ? [was.owner, is.owner] : [];
  const gone = without(was.grants, is.grants).map((one) => ({ ...one, words: "did not come back" }));
  const come = sameMajor ? without(is.grants, was.grants).map((one) => ({ ...one, words: "was not there" })) : [];
  return [...gone, ...come].map(({ role, may, words }) => ({
    words: `${may} for ${role === "" ? "everybody" : role} ${words}`,
    isUngiven: ungiven.grantees.has(role) || owners.includes(role),
  }));
}

type Grants = OwnedOne["grants"];

function without(grants: Grants = [], others: Grants = []): NonNullable<Grants> {
  return grants.filter(({ role, may }) => !others.some((other) => other.role === role && other.may === may));
}

/** What is said of several things, with some of them by name. */
class Lists {
  readonly #things = new Map<string, string[]>();

  add(words: string, thing: string): void {
    const things = this.#things.get(words);
    if (things === undefined) this.#things.set(words, [thing]);
    else things.push(thing);
  }

  lines(): readonly string[] {
    return [...this.#things].map(([words, things]) => {
      const more = things.length - 3;
      const some = more > 0 ? [...things.slice(0, 3), `${counted(more, "other")}`] : things;
      return `${some.join(", ")}: ${words}`;
    });
  }
}
