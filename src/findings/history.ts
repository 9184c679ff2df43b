import { ParsedFile } from "../inventory/source-file.ts";
import { decode } from "../inventory/yaml/lines.ts";
import type { Git, Tree } from "../kernel/ports.ts";
import { environmentOf, type PlatformConfig } from "../platform/config.ts";
import type { Credential } from "../platform/source.ts";
import { credentialsIn } from "../security/credentials.ts";
import { type PastFile, parseHistory } from "../security/history.ts";

export interface PastInput {
  readonly git: Git;
  /** Any revision's tree: it reads contents by their id, without checkout, filter or text conversion. */
  readonly tree: Tree;
  readonly config: PlatformConfig;
  /** Only commits after this one; the whole history when left out. */
  readonly since?: string;
  readonly limits?: Limits;
}

export interface Limits {
  readonly commits: number;
  /** Of all contents together. */
  readonly bytes: number;
  /** Of one content; larger ones are no file that people write. */
  readonly bytesOfOne: number;
}

const usual: Limits = { commits: 5000, bytes: 200_000_000, bytesOfOne: 1_000_000 };

/** Secrets that some commit of a repository had in clear, each with its commit, newest first. */
export interface Past {
  readonly credentials: readonly Credential[];
  /** What was left out, as sentences: none when everything was looked at. */
  readonly cut: readonly string[];
}

/** Looks through what commits of every branch and tag wrote below the tree's folder. */
export async function pastCredentials(input: PastInput): Promise<Past> {
  const limits = input.limits ?? usual;
  const range = input.since === undefined ? ["HEAD", "--branches", "--tags", "--remotes"] : [`${input.since}..HEAD`];
  const log = await input.git.run([
    "log",
    "--raw",
    "-z",
    "--no-abbrev",
    "--no-renames",
    "--no-textconv",
    "--no-ext-diff",
    "-c",
    "--relative",
    "--format=commit %H",
    `-n${limits.commits}`,
    ...range,
    "--",
    ".",
  ]);
  const { commits, files } = parseHistory(log);
  const { small, cut } = await within(files, limits, input.git);
  const credentials: Credential[] = [];
  for (let start = 0; start < small.length; start += batch)
    credentials.push(...(await read(small.slice(start, start + batch), input)));
  const shallow = (await input.git.run(["rev-parse", "--is-shallow-repository"])).trim() === "true";
  return {
    credentials,
    cut: [
      ...(commits >= limits.commits ? [`only the newest ${limits.commits} commits were looked at`] : []),
      ...(shallow ? ["this is a shallow clone: older commits are not here; git fetch --unshallow brings them"] : []),
      ...cut,
    ],
  };
}

const batch = 128;

/** The files that fit the limits, newest first. */
async function within(
  files: readonly PastFile[],
  limits: Limits,
  git: Git,
): Promise<{ readonly small: readonly PastFile[]; readonly cut: readonly string[] }> {
  if (files.length === 0) return { small: [], cut: [] };
  const input = files.map(({ blob }) => `${blob}\n`).join("");
  const answer = await git.run(["cat-file", "--batch-check=%(objectsize)", "--buffer"], { input });
  const sizes = answer.split("\n").map(Number);
  const small: PastFile[] = [];
  let sum = 0;
  let tooMany = 0;
  for (const [index, file] of files.entries()) {
    const size = sizes[index] ?? Number.NaN;
    if (!(size <= limits.bytesOfOne)) continue;
    sum += size;
    if (sum <= limits.bytes) small.push(file);
    else tooMany += 1;
  }
  const reason = `${tooMany} older versions of files were left out: more than ${limits.bytes / 1_000_000} MB`;
  return { small, cut: tooMany === 0 ? [] : [reason] };
}

async function read(files: readonly PastFile[], { tree, config }: PastInput): Promise<readonly Credential[]> {
  const contents = await tree.read(files.map(({ path, blob }) => ({ path, size: 0, version: blob })));
  return files.flatMap(({ path, commit }, index): readonly Credential[] => {
    const content = contents[index];
    if (!(content instanceof Uint8Array)) return [];
    const decoded = decode(content);
    if ("problem" in decoded) return [];
    const environment = environmentOf(path, config);
    return credentialsIn(new ParsedFile(path, decoded.text)).map((found) => ({ ...found, environment, commit }));
  });
}
