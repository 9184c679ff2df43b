import { InputError, messageOf, SystemError } from "../../../kernel/errors.ts";
import { type Gathered, nothingYet, type Problem, type Proving, timed } from "../../proof/gathered.ts";
import { judge } from "../../proof/judge.ts";
import { proveContent } from "../../proof/prove-content.ts";
import { unwrap } from "../../proof/unwrap.ts";
import { Workbench } from "../../proof/workbench.ts";
import type { OwnProving, Proved, SealedBody } from "../../store-kind.ts";
import { partOf } from "../part-of.ts";
import { type GitlabBody, gitlabParts, KeptSecrets, secretsPart, tarPart } from "./body.ts";
import { databaseKeyIn, type Opened, openColumns } from "./encrypted-columns.ts";

type Sealed = SealedBody<GitlabBody>;

interface Found {
  readonly gathered: Gathered;
  problem: Problem;
  opened: Opened | undefined;
}

/** Restores the tar's database, reads the tars in it to their end, and tries the kept rails key on this dump's encrypted columns. */
export async function prove(sealed: Sealed, proving: OwnProving): Promise<Proved> {
  const key = await keptKey(sealed, proving);
  const found: Found = { gathered: nothingYet("tar"), problem: undefined, opened: undefined };
  const workbench = await Workbench.open({ parent: proving.scratch, path: proving.path }, proving.ports);
  try {
    const inner: Proving = {
      ...proving,
      workbench,
      now: proving.clock.now(),
      examine: async (db) => {
        if (key !== undefined) found.opened = await openColumns(db, key);
        await proving.restored(db);
      },
    };
    await timed("in all", inner, found.gathered, async () => {
      found.problem = await restoreTar(sealed, proving, found.gathered, inner);
    });
  } catch (thrown) {
    found.problem = problemOf(thrown);
  } finally {
    await workbench.close();
  }
  return concluded(sealed.body, key, found, proving);
}

async function keptKey(sealed: Sealed, { readPart }: OwnProving): Promise<string | undefined> {
  if (sealed.body.secrets.length === 0) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of readPart(partOf(sealed, secretsPart))) chunks.push(chunk);
  return databaseKeyIn(KeptSecrets.parse(JSON.parse(Buffer.concat(chunks).toString("utf8"))));
}

async function restoreTar(
  sealed: Sealed,
  { readPart }: OwnProving,
  gathered: Gathered,
  inner: Proving,
): Promise<Problem> {
  const part = partOf(sealed, tarPart);
  const unwrapped = await unwrap(readPart(part));
  const problem = await proveContent(unwrapped, { name: sealed.body.object, path: undefined }, gathered, inner);
  if (problem !== undefined) return problem;
  for await (const _ of unwrapped.stream); // its digest is told at its end
  return undefined;
}

function problemOf(thrown: unknown): Problem {
  if (thrown instanceof InputError) return { kind: "not-restorable", why: messageOf(thrown) };
  if (thrown instanceof SystemError)
    return { kind: "unknown", why: thrown.message, howToLearn: "Mend that and prove it again." };
  throw thrown;
}

function concluded(body: GitlabBody, key: string | undefined, found: Found, { clock }: OwnProving): Proved {
  const { gathered, problem, opened } = found;
  const { verdict: judged } = judge(gathered, withoutDatabase(body, problem), {
    now: clock.now(),
    newerThan: undefined,
  });
  const why = [...differences(body, gathered), ...closedColumns(opened)];
  const tables = gathered.databases.flatMap((database) => database.tables);
  return {
    verdict: verdictOf(judged, why),
    counts: {
      tables: tables.length,
      rows: tables.reduce((sum, { rows }) => sum + rows, 0),
      files: body.contents.reduce((sum, { files }) => sum + files, 0),
      encryptedRows: opened?.tried ?? 0,
    },
    restoredInto: gathered.databases[0]?.restoredInto,
    doesNotCover: leftOut(body, key),
    notes: [...gathered.notes, ...(judged.kind === "proven-with-lacks" ? judged.lacks : []), ...notesOf(opened)],
  };
}

/** A database that was to be left out is none that is lost. */
function withoutDatabase({ askedToSkip }: GitlabBody, problem: Problem): Problem {
  return problem?.kind === "not-restorable" && askedToSkip.includes("db") && /database was skipped/.test(problem.why)
    ? undefined
    : problem;
}

function verdictOf(judged: ReturnType<typeof judge>["verdict"], why: readonly string[]): Proved["verdict"] {
  switch (judged.kind) {
    case "unknown":
      return judged;
    case "not-restorable":
      return { kind: "failed", why: [judged.why, ...why].slice(0, 50) };
    case "proven":
    case "proven-with-lacks":
      return why.length === 0 ? { kind: "proven" } : { kind: "failed", why: why.slice(0, 50) };
  }
}

function differences(body: GitlabBody, { gitlab }: Gathered): readonly string[] {
  if (gitlab === undefined) return ["its backup_information.yml did not come back"];
  const found = new Map(gitlab.parts.map((part) => [part.name, part]));
  const other = body.contents.filter(({ name, files, bytes }) => {
    const part = found.get(name);
    return part?.files !== files || part.bytes !== bytes;
  });
  return [
    ...(gitlab.version === body.version ? [] : [`it is of GitLab ${gitlab.version}, and was of ${body.version}`]),
    ...other.map(({ name }) => `${name} in it is not what was stored`),
  ];
}

function closedColumns(opened: Opened | undefined): readonly string[] {
  if (opened === undefined || opened.closed.length === 0) return [];
  return [
    `the kept rails key does not open ${opened.closed.length} of ${opened.tried} encrypted rows of this dump, the first is ${opened.closed[0]}`,
  ];
}

function leftOut({ skipped, askedToSkip, notFound, secrets }: GitlabBody, key: string | undefined): readonly string[] {
  const missing = skipped.filter((name) => name in gitlabParts);
  return [...new Set([...missing, ...notFound])]
    .map((name) => {
      const reason = askedToSkip.includes(name)
        ? "skipped as asked"
        : notFound.includes(name)
          ? "its bucket was not found"
          : "nothing was there, or it was left out";
      return `${gitlabParts[name] ?? name} (${reason})`;
    })
    .concat(
      key !== undefined
        ? []
        : [
            secrets.length === 0
              ? "the rails secrets, without which encrypted columns stay closed"
              : `a rails key: none of ${secrets.join(", ")} has one`,
          ],
    );
}

function notesOf(opened: Opened | undefined): readonly string[] {
  if (opened === undefined) return [];
  return [
    opened.tried === 0
      ? "no encrypted row is in this dump: whether the rails key opens them is not known"
      : `the kept rails key opens ${opened.tried - opened.closed.length} of ${opened.tried} encrypted rows`,
  ];
}
