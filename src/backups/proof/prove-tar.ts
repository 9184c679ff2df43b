import { counted } from "../../kernel/count.ts";
import { InputError } from "../../kernel/errors.ts";
import { type Gathered, graver, type Problem, type Proving } from "./gathered.ts";
import { informationFile, longestInformation, readInformation } from "./gitlab-information.ts";
import type { GitlabArchive } from "./proof.ts";
import { PackedDirectories, proveArchive } from "./prove-archive.ts";
import { plainOrigin, proveSql } from "./prove-sql.ts";
import { leavesFolder, type TarEntry, wholeTar } from "./tar-reader.ts";
import { type Unwrapped, unwrap } from "./unwrap.ts";

interface Part {
  files: number;
  bytes: number;
}

/**
 * A tar of several things: each dump of PostgreSQL in it is restored, tars in it are read to their end, the rest is counted.
 * Nothing is unpacked. GitLab's own (`backup_information.yml`) says what it is.
 */
export async function proveTar(
  stream: AsyncIterable<Uint8Array>,
  gathered: Gathered,
  proving: Proving,
): Promise<Problem> {
  const directories = new PackedDirectories(proving);
  try {
    const read = await readTar(stream, directories, gathered, proving);
    gathered.gitlab = gitlabOf(read.information, read.parts);
    if (gathered.gitlab !== undefined) gathered.format = gathered.format.replace(/^tar/, "tar of GitLab's backup");
    return graver(read.problem, await directories.prove(gathered)) ?? withoutDatabase(gathered);
  } finally {
    await directories.remove();
  }
}

interface TarRead {
  readonly parts: ReadonlyMap<string, Part>;
  readonly information: string | undefined;
  readonly problem: Problem;
}

async function readTar(
  stream: AsyncIterable<Uint8Array>,
  directories: PackedDirectories,
  gathered: Gathered,
  proving: Proving,
): Promise<TarRead> {
  const parts = new Map<string, Part>();
  let information: string | undefined;
  let problem: Problem;
  for await (const entry of wholeTar(stream)) {
    noteStrange(entry, gathered);
    if (entry.kind !== "file") continue;
    const name = entry.name.replace(/^\.\//, "");
    if (gathered.held.length < 10_000) gathered.held.push(name);
    const top = name.split("/", 1)[0] ?? name;
    const part = parts.get(top) ?? { files: 0, bytes: 0 };
    parts.set(top, { files: part.files + 1, bytes: part.bytes + entry.size });
    if (informationFile.test(entry.name) && entry.size <= longestInformation) information = await textOf(entry);
    else if (!(await directories.take(entry)))
      problem = graver(problem, await proveEntry(entry, name, gathered, proving));
  }
  return { parts, information, problem };
}

function withoutDatabase({ databases, gitlab, held }: Gathered): Problem {
  if (databases.length > 0) return undefined;
  if (held.includes("PG_VERSION") && held.some((name) => name.startsWith("global/")))
    return {
      kind: "unknown",
      why: "it is a physical backup, the files of a PostgreSQL server (pg_basebackup -Ft), which is not proven yet",
      howToLearn: "Unpack it, run pg_verifybackup, and start a server of its major on it.",
    };
  if (gitlab === undefined)
    return {
      kind: "unknown",
      why: "no dump of PostgreSQL is in it",
      howToLearn: "Name the file that holds the database's dump.",
    };
  return {
    kind: "not-restorable",
    why: gitlab.skipped.includes("db")
      ? "GitLab's database was skipped when it was made"
      : "it has no database, and does not say that it was skipped",
  };
}

async function proveEntry(entry: TarEntry, name: string, gathered: Gathered, proving: Proving): Promise<Problem> {
  try {
    return await proveFile(entry, name, gathered, proving);
  } catch (thrown) {
    throw thrown instanceof InputError ? new InputError(`${name} in it: ${thrown.message}`, { cause: thrown }) : thrown;
  }
}

async function proveFile(entry: TarEntry, name: string, gathered: Gathered, proving: Proving): Promise<Problem> {
  if (entry.size === 0) return undefined;
  const inner = await unwrap(entry.content);
  if (inner.content.kind === "archive") {
    proving.progress(`restoring ${name}`);
    return proveArchive(inner.content.head, inner.stream, gathered, proving);
  }
  if (inner.content.kind === "plain" && isDump(inner)) {
    proving.progress(`restoring ${name}`);
    await proveSql(inner.stream, { ...plainOrigin(inner.head), name }, gathered, proving);
  } else if (inner.content.kind === "tar") {
    let files = 0;
    for await (const { kind } of wholeTar(inner.stream)) files += kind === "file" ? 1 : 0;
    gathered.notes.push(`${name} is whole: ${counted(files, "file")}`);
  }
  return undefined;
}

/** Text that only begins like SQL may be anything a tar holds; pg_dump signs what it writes. */
function isDump({ head }: Unwrapped): boolean {
  return /^-- PostgreSQL database (?:cluster )?dump$/m.test(Buffer.from(head.subarray(0, 2000)).toString("latin1"));
}

function noteStrange({ name, kind }: TarEntry, gathered: Gathered): void {
  if (gathered.notes.length > 50) return;
  if (leavesFolder(name))
    gathered.notes.push(
      `${name} would leave the folder it is unpacked in; nothing was unpacked here, and no honest backup names such a path`,
    );
  else if (kind === "link" || kind === "other")
    gathered.notes.push(`${name} is a ${kind === "link" ? "link" : "special file"}; it was not followed`);
}

async function textOf({ content }: TarEntry): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function gitlabOf(information: string | undefined, parts: ReadonlyMap<string, Part>): GitlabArchive | undefined {
  if (information === undefined) return undefined;
  const { version, createdAt, installation, skipped } = readInformation(information);
  const held = [...parts].map(([name, { files, bytes }]) => ({ name, files, bytes }));
  return { version, createdAt, installation, skipped, parts: held };
}
