import type { Candidate } from "../others/candidates.ts";
import type { Gathered, Problem, Proving } from "./gathered.ts";
import { proveArchive, proveArchiveTar } from "./prove-archive.ts";
import { plainOrigin, proveSql } from "./prove-sql.ts";
import { proveTar } from "./prove-tar.ts";
import type { Unwrapped } from "./unwrap.ts";

const formats = {
  plain: "plain dump",
  tar: "tar",
  sqlite: "SQLite database",
  empty: "empty file",
  other: "unknown",
} as const;

/** How a person would call what was found. */
export function formatOf({ content, wraps }: Unwrapped): string {
  const inner =
    content.kind === "archive" || content.kind === "archive-tar"
      ? `${content.kind === "archive" ? "custom" : "tar"} archive of pg_dump`
      : formats[content.kind];
  return [inner, ...wraps].join(", ");
}

/** Restores what a stream holds, whatever of our kinds it is. `name`: what a database is called whose dump does not say. */
export async function proveContent(
  unwrapped: Unwrapped,
  { name }: Pick<Candidate, "name">,
  gathered: Gathered,
  proving: Proving,
): Promise<Problem> {
  const { content, stream, head } = unwrapped;
  switch (content.kind) {
    case "plain":
      return proveSql(stream, { ...plainOrigin(head), name }, gathered, proving);
    case "archive":
      return proveArchive(content.head, stream, gathered, proving);
    case "archive-tar":
      return proveArchiveTar(content.head, stream, gathered, proving);
    case "tar":
      return proveTar(stream, gathered, proving);
    case "empty":
      return { kind: "not-restorable", why: "it is empty" };
    case "sqlite":
      return {
        kind: "unknown",
        why: "it is an SQLite database, which is not proven yet",
        howToLearn: "Ask it: sqlite3 FILE 'pragma integrity_check'.",
      };
    case "other":
      return {
        kind: "unknown",
        why: content.why,
        howToLearn: content.toDo ?? "See what made it, and name what that restores from.",
      };
  }
}
