import { counted } from "../../kernel/count.ts";
import type { Fact } from "../../kernel/fact.ts";
import { daysBetween, type Instant } from "../../kernel/instant.ts";

/** The parts of `ProofReport` (src/backups/proof/proof.ts) that reports show; reports import no capability above them. */
export interface ReportedProof {
  readonly name: string;
  readonly format: string;
  readonly bytes: number | undefined;
  readonly fileAt: Instant | undefined;
  readonly verdict:
    | { readonly kind: "proven" }
    | { readonly kind: "proven-with-lacks"; readonly lacks: readonly string[] }
    | { readonly kind: "not-restorable"; readonly why: string }
    | { readonly kind: "unknown"; readonly why: string; readonly howToLearn: string };
  readonly databases: readonly ReportedDatabase[];
  readonly gitlab:
    | {
        readonly version: string | undefined;
        readonly createdAt: string | undefined;
        readonly parts: readonly { readonly name: string; readonly files: number; readonly bytes: number }[];
      }
    | undefined;
  readonly notIncluded: readonly { readonly what: string; readonly why: string; readonly essential: boolean }[];
  readonly notes: readonly string[];
  readonly phases: readonly { readonly name: string; readonly millis: number }[];
}

export interface ReportedDatabase {
  readonly name: string;
  readonly system: string | undefined;
  readonly serverVersion: string | undefined;
  readonly dumpVersion: string | undefined;
  readonly restoredInto: number;
  readonly madeAt: Instant | undefined;
  readonly schemaHead: Fact<string>;
  readonly tables: readonly { readonly table: string; readonly rows: number }[];
  readonly rows: number;
  readonly bytes: number;
  readonly newest: Fact<{ readonly table: string; readonly column: string; readonly at: Instant }>;
  readonly roles: readonly string[];
  readonly extensions: readonly { readonly name: string; readonly present: boolean }[];
  readonly failures: readonly { readonly kind: string; readonly what: string; readonly message: string }[];
}

export interface ReportedProofs {
  readonly at: Instant;
  readonly source: string;
  readonly proofs: readonly ReportedProof[];
  readonly passedOver: readonly { readonly name: string; readonly why: string }[];
  readonly notes: readonly string[];
}

type Kind = ReportedProof["verdict"]["kind"];

/** How verdicts are named: by word, never by colour alone. */
export const verdictWords: Readonly<Record<Kind, string>> = {
  proven: "proven",
  "proven-with-lacks": "proven with lacks",
  "not-restorable": "not restorable",
  unknown: "unknown",
};

/** What stands below the verdict, a sentence each. */
export function reasonsOf({ verdict }: ReportedProof): readonly string[] {
  switch (verdict.kind) {
    case "proven":
      return [];
    case "proven-with-lacks":
      return verdict.lacks;
    case "not-restorable":
      return [verdict.why];
    case "unknown":
      return [verdict.why, verdict.howToLearn];
  }
}

/** What is told of one database, as label and value. */
export function factsOf(
  database: ReportedDatabase,
  now: Instant,
): readonly (readonly [label: string, value: string])[] {
  const { newest, schemaHead } = database;
  return [
    ["System", database.system ?? "none that we know"],
    [
      "Dumped from",
      `PostgreSQL ${database.serverVersion ?? "of a version it does not tell"}, by pg_dump ${database.dumpVersion ?? "of a version it does not tell"}`,
    ],
    [
      "Dumped at",
      database.madeAt === undefined ? "it does not tell" : `${moment(database.madeAt)} by its machine's clock and zone`,
    ],
    ["Restored into", `PostgreSQL ${database.restoredInto}`],
    ["Schema", known(schemaHead, (head) => head)],
    ["Data up to", known(newest, ({ at, table, column }) => `${moment(at)}, ${age(at, now)} (${table}.${column})`)],
    [
      "Holds",
      `${grouped(database.rows)} ${database.rows === 1 ? "row" : "rows"} in ${counted(database.tables.length, "table")}, ${sized(database.bytes)}`,
    ],
    [
      "Roles it names",
      database.roles.length === 0
        ? "none"
        : `${database.roles.join(", ")} (a dump of one database makes none: keep them apart, pg_dumpall --roles-only)`,
    ],
    [
      "Extensions",
      database.extensions.map(({ name, present }) => (present ? name : `${name} (not on this machine)`)).join(", ") ||
        "none",
    ],
  ];
}

function known<T>(fact: Fact<T>, shown: (value: T) => string): string {
  switch (fact.kind) {
    case "known":
      return shown(fact.value);
    case "absent":
      return `absent: ${fact.source}`;
    case "unknown":
      return `unknown: ${fact.why}`;
  }
}

/** `2026-11-20 03:00 UTC`. */
export function moment(at: Instant): string {
  return `${at.slice(0, 16).replace("T", " ")} UTC`;
}

function age(at: Instant, now: Instant): string {
  const days = daysBetween(at, now);
  if (days >= 2) return `${days} days ago`;
  const hours = Math.max(0, Math.floor((Date.parse(now) - Date.parse(at)) / 3_600_000));
  return `${hours} h ago`;
}

/** Bytes in the unit a person would choose, by powers of ten. */
export function sized(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value >= 100 || power === 0 ? Math.round(value) : value.toFixed(1)} ${units[power] ?? ""}`;
}

export function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, " ");
}

/** `0.4 s`, `97 s`, `19 min`, `26 h`: as exact as anybody cares. */
export function lasted(millis: number): string {
  if (millis < 10_000) return `${(millis / 1000).toFixed(1)} s`;
  if (millis < 120_000) return `${Math.round(millis / 1000)} s`;
  return millis < 7_200_000 ? `${Math.round(millis / 60_000)} min` : `${Math.round(millis / 3_600_000)} h`;
}

/** `19 tables, 1 database, 6 encrypted rows`, of counts by their plurals. */
export function countsText(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([what, count]) => {
      const words = what.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
      return `${count} ${count === 1 ? words.replace(/ies$/, "y").replace(/s$/, "") : words}`;
    })
    .join(", ");
}
