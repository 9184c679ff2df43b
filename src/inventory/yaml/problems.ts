import type { Entry } from "../../kernel/tree.ts";

export interface YamlProblem {
  /** In the outer file, in UTF-16 units. */
  readonly offset: number;
  /** What is wrong and what to do. */
  readonly message: string;
}

/** More would not help a person, and a hostile file could hold millions. */
const MAX_PROBLEMS = 100;

/** Adds a problem while a file has few enough of them. */
export function report(problems: YamlProblem[], offset: number, message: string): void {
  if (problems.length < MAX_PROBLEMS) problems.push({ offset, message });
}

/** The entries whose key an earlier entry of the same mapping has; `<<` may be repeated. */
export function duplicates(entries: readonly Entry[]): readonly Entry[] {
  return entries.length > 12 ? duplicatesOfMany(entries) : duplicatesOfFew(entries);
}

function duplicatesOfFew(entries: readonly Entry[]): readonly Entry[] {
  let found: Entry[] | undefined;
  for (let here = 1; here < entries.length; here += 1) {
    const entry = entries[here];
    for (let before = 0; before < here; before += 1) {
      if (entry === undefined || entry.key.text !== entries[before]?.key.text || entry.key.text === "<<") continue;
      found ??= [];
      found.push(entry);
      break;
    }
  }
  return found ?? [];
}

function duplicatesOfMany(entries: readonly Entry[]): readonly Entry[] {
  const seen = new Set<string>();
  return entries.filter(({ key }) => {
    if (key.text === "<<" || !seen.has(key.text)) {
      seen.add(key.text);
      return false;
    }
    return true;
  });
}
