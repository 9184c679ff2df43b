import { InputError, messageOf, SystemError } from "../../../kernel/errors.ts";
import { type Gathered, nothingYet, type Problem, type Proving, timed } from "../../proof/gathered.ts";
import { judge } from "../../proof/judge.ts";
import { proveContent } from "../../proof/prove-content.ts";
import { unwrap } from "../../proof/unwrap.ts";
import { Workbench } from "../../proof/workbench.ts";
import type { OwnProving, Proved, SealedBody } from "../../store-kind.ts";
import { partOf } from "../part-of.ts";
import { type GitlabBody, isPart, ofRelease, partNamed, tarPart } from "./body.ts";
import { type Beside, keySources } from "./key-sources.ts";
import { ArchivedRepositories, type ProvedArchive } from "./prove-archived.ts";
import { type ProvedBundles, proveBundles } from "./prove-bundles.ts";
import { TriedKeys } from "./tried-keys.ts";

type Sealed = SealedBody<GitlabBody>;

interface Found {
  readonly gathered: Gathered;
  problem: Problem;
  readonly tried: TriedKeys;
}

/** Restores the tar's database, reads the tars in it to their end, and tries the kept rails keys on this dump's encrypted columns. */
export async function prove(sealed: Sealed, proving: OwnProving): Promise<Proved> {
  const beside = await keySources(sealed, proving);
  const { sources } = beside;
  const found: Found = { gathered: nothingYet("tar"), problem: undefined, tried: new TriedKeys(sources) };
  const archived = new ArchivedRepositories(proving);
  const { scratch: parent, path, signal } = proving;
  const workbench = await Workbench.open({ parent, path, signal }, proving.ports);
  try {
    const inner: Proving = {
      ...proving,
      workbench,
      now: proving.clock.now(),
      examine: async (db) => {
        await found.tried.tryOn(db, proving);
        await proving.restored(db);
      },
    };
    await timed("in all", inner, found.gathered, async () => {
      found.problem = await restoreTar(sealed, archived.pass(proving.readPart(partOf(sealed, tarPart))), found, inner);
    });
  } catch (thrown) {
    found.problem = problemOf(thrown);
  } finally {
    await archived.close();
    await workbench.close();
  }
  const bundles = await proveBundles(sealed, proving);
  return concluded(sealed.body, beside, found, { clock: proving.clock, bundles, archived: archived.concluded() });
}

async function restoreTar(
  { body }: Sealed,
  archive: AsyncIterable<Uint8Array>,
  { gathered }: Found,
  inner: Proving,
): Promise<Problem> {
  const unwrapped = await unwrap(archive);
  const problem = await proveContent(unwrapped, { name: body.object }, gathered, inner);
  for await (const _ of unwrapped.stream); // its digest is told at its end
  return problem;
}

function problemOf(thrown: unknown): Problem {
  if (thrown instanceof InputError) return { kind: "not-restorable", why: messageOf(thrown) };
  if (thrown instanceof SystemError) return { kind: "unknown", why: thrown.message, howToLearn };
  throw thrown;
}

interface Besides extends Pick<OwnProving, "clock"> {
  readonly bundles: ProvedBundles;
  readonly archived: ProvedArchive;
}

function concluded(body: GitlabBody, beside: Beside, found: Found, { clock, bundles, archived }: Besides): Proved {
  const { gathered, problem, tried } = found;
  const { verdict: judged } = judge(gathered, withoutDatabase(body, problem), {
    now: clock.now(),
    newerThan: undefined,
  });
  const wrong: Wrong = {
    archive: differences(body, gathered),
    surely: [...tried.failures(), ...bundles.why, ...archived.why],
  };
  const open = notJudged(bundles, archived);
  const verdict = verdictOf(judged, wrong, open);
  const tables = gathered.databases.flatMap((database) => database.tables);
  // A repository may be in both.
  const lfsPointers = Math.max(bundles.pointers, archived.pointers);
  return {
    verdict,
    counts: {
      tables: tables.length,
      rows: tables.reduce((sum, { rows }) => sum + rows, 0),
      files: body.contents.reduce((sum, { files }) => sum + files, 0),
      encryptedRows: tried.best?.opened.tried ?? 0,
      ...(body.repositories === undefined ? {} : { repositories: body.repositories.count }),
      ...(archived.proven === 0 ? {} : { archivedRepositories: archived.proven }),
      ...(lfsPointers === 0 ? {} : { lfsPointers }),
    },
    restoredInto: gathered.databases[0]?.restoredInto,
    ...gapsOf(body, beside, tried),
    notes: [
      ...gathered.notes,
      ...(judged.kind === "proven-with-lacks" ? judged.lacks : []),
      ...(verdict.kind === "failed" ? notTold(judged, open) : []),
      ...archived.notes,
      ...tried.notes(),
    ],
  };
}

/** A database that was to be left out is none that is lost. */
function withoutDatabase({ left }: GitlabBody, problem: Problem): Problem {
  return problem?.kind === "not-restorable" &&
    left.some(({ part }) => part === "db") &&
    /database was skipped/.test(problem.why)
    ? undefined
    : problem;
}

type Judged = ReturnType<typeof judge>["verdict"];

interface Wrong {
  /** Of the archive: true only where all of it came back. */
  readonly archive: readonly string[];
  /** True whatever else could not be told. */
  readonly surely: readonly string[];
}

/** What is damaged fails it, also where this machine could not tell of the rest. */
function verdictOf(judged: Judged, { archive, surely }: Wrong, open: NotJudged | undefined): Proved["verdict"] {
  switch (judged.kind) {
    case "unknown":
      return surely.length === 0 ? judged : failedBy(surely);
    case "not-restorable":
      return failedBy([judged.why, ...archive, ...surely]);
    case "proven":
    case "proven-with-lacks":
      if (archive.length + surely.length > 0) return failedBy([...archive, ...surely]);
      return open === undefined ? { kind: "proven" } : { kind: "unknown", ...open };
  }
}

function failedBy(why: readonly string[]): Proved["verdict"] {
  return { kind: "failed", why: why.slice(0, 50) };
}

const howToLearn = "Mend that and prove it again.";

interface NotJudged {
  readonly why: string;
  readonly howToLearn: string;
}

/** Of the repositories: all are looked at, or it is said which are not. */
function notJudged({ unknown }: ProvedBundles, archived: ProvedArchive): NotJudged | undefined {
  const [first] = archived.unknown;
  const all = [
    ...(unknown === undefined ? [] : [`bundles were not all looked at: ${unknown.message}`]),
    ...(first === undefined
      ? []
      : [
          `${archived.unknown.length} of what the archive holds of repositories could not be judged: ${archived.unknown
            .slice(0, 20)
            .map(({ why }) => why)
            .join("; ")}`,
        ]),
  ];
  if (all.length === 0) return undefined;
  const toDo = new Set(archived.unknown.map((one) => one.toDo));
  return { why: all.join("; "), howToLearn: [...(unknown === undefined ? [] : [howToLearn]), ...toDo].join(" ") };
}

/** Beside what failed it. */
function notTold(judged: Judged, open: NotJudged | undefined): readonly string[] {
  return [
    ...(judged.kind === "unknown"
      ? [`whether the archive comes back is not known: ${judged.why} ${judged.howToLearn}`]
      : []),
    ...(open === undefined ? [] : [open.why]),
  ];
}

function differences(body: GitlabBody, { gitlab, databases }: Gathered): readonly string[] {
  if (gitlab === undefined) return ["its backup_information.yml did not come back"];
  const found = new Map(gitlab.parts.map((part) => [part.name, part]));
  const other = body.contents.filter(({ name, files, bytes }) => {
    const part = found.get(name);
    return part?.files !== files || part.bytes !== bytes;
  });
  return [
    ...(gitlab.version === body.version ? [] : [`it is of GitLab ${gitlab.version}, and was of ${body.version}`]),
    ...other.map(({ name }) => `${name} in it is not what was stored`),
    ...otherRows(body, databases),
  ];
}

/** Databases come back in the order in which their dumps lie in the tar; one without a table is none. */
function otherRows(body: GitlabBody, databases: Gathered["databases"]): readonly string[] {
  const dumped = body.databases.filter(({ tables }) => tables.length > 0);
  if (databases.length !== dumped.length)
    return [`${databases.length} of the databases ${dumped.map(({ name }) => name).join(", ")} came back`];
  return dumped.flatMap(({ name, tables }, index) => {
    const found = new Map(databases[index]?.tables.map(({ table, rows }) => [table, rows]));
    return tables.flatMap(({ table, rows }) => {
      const now = found.get(table) ?? rows;
      return now === rows ? [] : [`${table} of the database ${name} has ${now} rows, and had ${rows}`];
    });
  });
}

/** What is not in it, and for what is left to another store which one. */
function gapsOf(
  { skipped, left, notFound, secrets }: GitlabBody,
  { sources, release }: Beside,
  tried: TriedKeys,
): { readonly doesNotCover: readonly string[]; readonly elsewhere: NonNullable<Proved["elsewhere"]> } {
  const asked = new Map(left.map((one) => [one.part, one]));
  const names = [...new Set([...left.map(({ part }) => part), ...skipped.filter(isPart), ...notFound])];
  const parts = names.map((id) => {
    const found = asked.get(id);
    const what = `${partNamed(id)} (${whyLeft(found, notFound.includes(id))})`;
    return { what, id, kinds: [], ...(found?.why === "covered" ? { store: found.by } : {}) };
  });
  const noKey =
    secrets.length === 0
      ? "the rails secrets, without which encrypted columns stay closed"
      : `a rails key: none of ${secrets.join(", ")} has one`;
  const all = [...parts, ...(sources.length > 0 ? [] : [{ what: noKey, id: "rails-secrets", kinds: [] }])];
  const kept = release === undefined ? [] : [{ what: ofRelease, id: "release", kinds: [], store: release }];
  return { doesNotCover: [...all.map(({ what }) => what), ...tried.gaps()], elsewhere: [...all, ...kept] };
}

function whyLeft(left: GitlabBody["left"][number] | undefined, notFound: boolean): string {
  switch (left?.why) {
    case "declared":
      return "skipped as declared, and no store of the kind objects is said to cover it";
    case "weekly":
      return "left out of daily backups";
    case "covered":
      return `not in the archive: its bucket ${left.bucket} is left to ${left.by}, whose backup of the same recovery point, or the next one, goes with this`;
    case undefined:
      return notFound ? "its bucket was not found" : "nothing was there, or it was left out";
  }
}
