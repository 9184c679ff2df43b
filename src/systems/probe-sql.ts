import * as z from "zod";
import type { Sql } from "../kernel/probe-ports.ts";
import type { Reading } from "./probe.ts";
import { absentReading, unhealthy, unknownReading } from "./readings.ts";

/** A count as PostgreSQL gives it: bigint comes as text. */
export const count = z.coerce.number();

export interface SqlAsk {
  readonly subject: string;
  readonly statement: string;
  /** What the table's absence means: `absent`, or the words for what should have been asked instead. */
  readonly missing: "absent" | (string & {});
}

/** The rows as the schema reads them, or the reading that says why there are none. */
export async function sqlRows<S extends z.ZodType>(
  sql: Sql,
  ask: SqlAsk,
  row: S,
): Promise<
  | { readonly kind: "rows"; readonly rows: readonly z.output<S>[] }
  | { readonly kind: "reading"; readonly reading: Reading }
> {
  const answer = await sql.read(ask.statement);
  switch (answer.kind) {
    case "refused":
      return { kind: "reading", reading: unknownReading(ask.subject, answer.why, answer.howToLearn) };
    case "full":
      return { kind: "reading", reading: unhealthy(ask.subject, "full", answer.what) };
    case "missing":
      return {
        kind: "reading",
        reading:
          ask.missing === "absent"
            ? absentReading(ask.subject, answer.what)
            : unknownReading(ask.subject, answer.what, `Give the probe ${ask.missing}.`),
      };
    case "rows": {
      const parsed = z.array(row).safeParse(answer.rows);
      if (parsed.success) return { kind: "rows", rows: parsed.data };
      return {
        kind: "reading",
        reading: unhealthy(ask.subject, "unreadable", `${sql.label} gives rows of another shape`),
      };
    }
  }
}
