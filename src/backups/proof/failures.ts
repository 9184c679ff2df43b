import type { SqlFailure } from "../../kernel/backup-ports.ts";
import type { RestoreFailure } from "./proof.ts";

type Kind = RestoreFailure["kind"];

/** First match wins: what a refused statement means, by its words and PostgreSQL's code for the refusal. */
const meanings: readonly (readonly [kind: Kind | "harmless", statement: RegExp, code: RegExp])[] = [
  ["setting", /^(?:set|select pg_catalog\.set_config)\b/i, /./],
  // Our restoring role owns no extension, and makes no second `public`.
  ["harmless", /^(?:comment on (?:extension|schema)|drop|alter extension)\b/i, /./],
  ["harmless", /^create schema\b/i, /^42P06$/],
  ["extension", /^create extension\b/i, /./],
  ["right", /^(?:grant|revoke|alter default privileges|reassign|security label)\b/i, /./],
  ["right", /^alter [\s\S]*\bowner to\b/i, /./],
  [
    "right",
    /^(?:create|alter) (?:publication|subscription|event trigger|foreign data wrapper|server|user mapping|tablespace|language|cast|operator class)\b/i,
    /^42501$/,
  ],
  // What they are about was refused before.
  ["right", /^comment on (?:publication|subscription|event trigger|foreign data wrapper|server)\b/i, /^42704$/],
  ["collation", /collat/i, /^(?:42704|22023|0A000)$/],
  ["data", /^(?:copy|insert|select pg_catalog\.lo_|select pg_catalog\.setval)\b/i, /./],
  ["constraint", /^alter table [\s\S]*\badd constraint\b/i, /./],
  ["constraint", /^create unique index\b/i, /^23/],
  ["constraint", /^alter table [\s\S]*\bvalidate constraint\b/i, /./],
  ["object", /^alter table [\s\S]*\b(?:cluster on|replica identity|(?:en|dis)able (?:trigger|rule))\b/i, /./],
  ["table", /^(?:create (?:unlogged )?table|alter table)\b/i, /./],
];

/** What a refused statement of a dump means; undefined when it takes nothing from what came back. */
export function failureOf(statement: string, failure: SqlFailure): RestoreFailure | undefined {
  const text = withoutComments(statement);
  const kind = meanings.find(([, words, code]) => words.test(text) && code.test(failure.code))?.[0] ?? "object";
  if (kind === "harmless") return undefined;
  return { kind, what: briefly(text), message: `${failure.message} (${failure.code})` };
}

/** The beginning of a statement, on one line, without values. */
function briefly(text: string): string {
  const line = text.replace(/\s+/g, " ").replace(/\s*\bVALUES\b.*$/i, "");
  const head = /^(?:COPY|INSERT INTO) (?:"(?:[^"]|"")*"|[^"( ])+/i.exec(line)?.[0] ?? line;
  return head.length > 120 ? `${head.slice(0, 119)}…` : head;
}

function withoutComments(statement: string): string {
  return statement.slice(0, 2000).replace(/^(?:\s*--[^\n]*\n|\s*\/\*[\s\S]*?\*\/)*\s*/, "");
}
