import type { Audit } from "../../findings/audit.ts";
import type { Problem } from "../../platform/source.ts";

/** What stood in the way of reading, ready to print: several of one kind in one file are one line. */
export interface Trouble {
  /** `file:line:column`, or the file alone. */
  readonly place: string;
  readonly reason: string;
}

export interface Troubles {
  /** Files and documents of which nothing is known. */
  readonly unread: readonly Trouble[];
  /** Read, but something in them is doubtful: a key that is there twice. */
  readonly doubtful: readonly Trouble[];
}

/** How many lines of one kind are named. */
const namedLines = 5;

/** Sorts what could not be read from what was read with reservations. */
export function troublesIn({ problems, files }: Pick<Audit, "problems" | "files">): Troubles {
  const [lost, doubtful] = [problems.filter(isLost), problems.filter((problem) => !isLost(problem))];
  const skipped = files.skipped.map(({ file, reason }) => ({ place: file, reason }));
  return { unread: [...grouped(lost), ...skipped], doubtful: grouped(doubtful) };
}

/** The YAML reader ends its message so for a document it gave up. */
function isLost({ reason }: Problem): boolean {
  return reason.endsWith("was not read");
}

function grouped(problems: readonly Problem[]): readonly Trouble[] {
  const groups = Map.groupBy(problems, ({ file, reason }) => JSON.stringify([file, kindOf(reason)]));
  return [...groups.values()].flatMap(([first, ...more]) => (first === undefined ? [] : [troubleOf(first, more)]));
}

/** A reason without the names and numbers in it. */
function kindOf(reason: string): string {
  return reason.replace(/"[^"]*"|'[^']*'|`[^`]*`/g, '""').replace(/\d+/g, "0");
}

function troubleOf({ file, line, column, reason }: Problem, more: readonly Problem[]): Trouble {
  const place = `${file}:${line}:${column}`;
  const lines = [...new Set(more.map((problem) => problem.line))];
  if (lines.length === 0) return { place, reason };
  const named = lines.slice(0, namedLines).join(", ");
  const rest = lines.length > namedLines ? ` and ${lines.length - namedLines} more` : "";
  return { place, reason: `${reason} (${more.length} more like it: line ${named}${rest})` };
}
