import { counted } from "../../kernel/count.ts";
import { daysBetween, type Instant } from "../../kernel/instant.ts";
import { type Gathered, graver, type Problem } from "./gathered.ts";
import type { Proof, ProofVerdict, RestoredDatabase, RestoreFailure } from "./proof.ts";

export interface Demands {
  readonly now: Instant;
  /** The newest row must not be older; undefined: any age will do. */
  readonly newerThan: Instant | undefined;
}

/** The verdict on what was gathered, and what a whole backup would have beside it. */
export function judge(gathered: Gathered, problem: Problem, demands: Demands): Pick<Proof, "verdict" | "notIncluded"> {
  const notIncluded = missingParts(gathered);
  return { verdict: problem ?? lost(gathered) ?? lacking(gathered, notIncluded, demands), notIncluded };
}

function missingParts({ stores, held }: Gathered): Proof["notIncluded"] {
  const parts = new Map(stores.flatMap((store) => store.beside).map((part) => [part.id, part]));
  return [...parts.values()]
    .filter(({ heldIn = [] }) => !heldIn.some((path) => held.some((name) => name.startsWith(path))))
    .map(({ what, why, essential }) => ({ what, why, essential }));
}

/** Tables or rows that did not come back: by the backup's fault, or by what this machine lacks. */
function lost({ databases }: Gathered): Problem {
  return databases.map(lostOf).reduce(graver, undefined);
}

function lostOf(database: RestoredDatabase): Problem {
  const gone = database.failures.filter(({ kind }) => kind === "data" || kind === "table");
  const [first] = gone;
  if (first === undefined) return undefined;
  if (database.tables.length === 0 && gone.every(({ kind }) => kind === "data"))
    return {
      kind: "not-restorable",
      why: `it holds rows and not the tables that they belong in (pg_dump --data-only?): without a dump of the schema nothing comes back. ${first.what}: ${first.message}`,
    };
  const why = `${counted(gone.length, "statement")} for tables or rows of ${database.name} failed: ${first.what}: ${first.message}`;
  return machineLacks(database) ?? { kind: "not-restorable", why };
}

function machineLacks(database: RestoredDatabase): Problem {
  const extensions = database.extensions.filter(({ present }) => !present).map(({ name }) => name);
  if (extensions.length > 0)
    return {
      kind: "unknown",
      why: `tables of ${database.name} need ${extensions.length === 1 ? "the extension" : "the extensions"} ${extensions.join(", ")}, not on this machine`,
      howToLearn: `Install ${extensions.join(", ")} for PostgreSQL ${database.restoredInto} here and prove it again.`,
    };
  const collations = database.failures.filter(({ kind }) => kind === "collation");
  if (collations.length > 0)
    return {
      kind: "unknown",
      why: `${collations[0]?.message ?? "a collation"}: this machine lacks it`,
      howToLearn: "Make the locale here (locale-gen) and prove it again.",
    };
  const from = Number(/^\d+/.exec(database.serverVersion ?? "")?.[0] ?? 0);
  if (from > database.restoredInto)
    return {
      kind: "unknown",
      why: `${database.name} comes from PostgreSQL ${from}, and the newest here is ${database.restoredInto}, which refuses some of it`,
      howToLearn: `Install PostgreSQL ${from} here (postgresql-${from} of apt.postgresql.org) and prove it again.`,
    };
  return undefined;
}

function lacking(gathered: Gathered, notIncluded: Proof["notIncluded"], demands: Demands): ProofVerdict {
  const [first, ...others] = [
    ...gathered.databases.flatMap((database) => lacksOf(database)),
    ...gathered.empty,
    ...withoutRows(gathered),
    ...(gathered.endless ? [endless] : []),
    ...(gathered.gitlab?.skipped ?? []).map((part) => `${part} was skipped when it was made`),
    ...notIncluded.filter(({ essential }) => essential).map(({ what, why }) => `It holds not ${what}. ${why}`),
    ...gathered.databases.flatMap((database) => tooOld(database, demands)),
  ];
  return first === undefined ? { kind: "proven" } : { kind: "proven-with-lacks", lacks: [first, ...others] };
}

/** A dump of a schema alone restores as well as a whole one. */
function withoutRows({ databases }: Gathered): readonly string[] {
  if (databases.some(({ rows }) => rows > 0)) return [];
  return ["No table holds a row: it was dumped without its data (pg_dump --schema-only), or there was none"];
}

const endless =
  "It has no mark of its end, as pg_dump writes one: whether the last statements are missing, nobody can tell";

function lacksOf(database: RestoredDatabase): readonly string[] {
  const of = (kind: RestoreFailure["kind"]): readonly RestoreFailure[] =>
    database.failures.filter((one) => one.kind === kind);
  const objects = [...of("object"), ...of("collation")];
  return [
    ...of("constraint").map(({ what, message }) => `${what} fails: ${message}`),
    ...database.constraints,
    ...database.sequencesBehind.map((text) => `The sequence ${text}: the next insert fails`),
    ...database.extensions
      .filter(({ present }) => !present)
      .map(({ name }) => `The extension ${name} could not be made here`),
    ...(objects[0] === undefined
      ? []
      : [`${counted(objects.length, "statement")} failed, such as ${objects[0].what}: ${objects[0].message}`]),
  ];
}

function tooOld({ name, newest }: RestoredDatabase, { newerThan, now }: Demands): readonly string[] {
  if (newerThan === undefined) return [];
  if (newest.kind !== "known")
    return [`How old the data of ${name} is cannot be told, and it must not be older than ${newerThan}`];
  if (newest.value.at >= newerThan) return [];
  return [
    `The newest row of ${name} is of ${newest.value.at} (${newest.value.table}.${newest.value.column}), ${counted(daysBetween(newest.value.at, now), "day")} ago; it must not be older than ${newerThan}`,
  ];
}
