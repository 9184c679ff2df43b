import { join } from "node:path";
import { counted } from "../../../kernel/count.ts";
import { InputError, SystemError } from "../../../kernel/errors.ts";
import type { Part } from "../../repository/manifest.ts";
import type { LfsPointer, OwnProving, SealedBody } from "../../store-kind.ts";
import type { GitlabBody, Repository } from "./body.ts";
import { digestOfRefs, refsIn } from "./bundle-head.ts";
import { readRepositories } from "./bundles.ts";
import { followObjects } from "./follow-objects.ts";
import { type GitLent, gitHere, runGit } from "./git-program.ts";
import { pointersFor } from "./lfs-pointer.ts";

export interface ProvedBundles {
  /** What is wrong with them. */
  readonly why: readonly string[];
  /** Of Git LFS', in all of them. */
  readonly pointers: number;
  /** What kept us from looking at all of them. */
  readonly unknown: SystemError | undefined;
}

/** Reads every bundle into a repository of its own, in scratch, and holds its refs against the list. */
export async function proveBundles(sealed: SealedBody<GitlabBody>, proving: OwnProving): Promise<ProvedBundles> {
  const why: string[] = [];
  let pointers = 0;
  const pointed = (pointer: LfsPointer): void => {
    pointers += 1;
    proving.pointed?.(pointer);
  };
  try {
    for await (const wrong of wrongBundles(sealed, { ...proving, pointed })) why.push(wrong);
    return { why, pointers, unknown: undefined };
  } catch (thrown) {
    if (thrown instanceof InputError) return { why: [...why, thrown.message], pointers, unknown: undefined };
    if (proving.signal.aborted || !(thrown instanceof SystemError)) throw thrown;
    return { why, pointers, unknown: thrown };
  }
}

async function* wrongBundles({ body, packs }: SealedBody<GitlabBody>, proving: OwnProving): AsyncGenerator<string> {
  if (body.repositories === undefined) return;
  const { list, count } = body.repositories;
  const version = await gitHere(proving);
  if (count > 0 && version === undefined)
    throw new SystemError("git is not on this machine: apt-get install git", "stop");
  const named = new Set(packs.map(({ snapshot }) => snapshot));
  let seen = 0;
  for await (const repository of readRepositories(proving.readPart(list))) {
    seen += 1;
    const { bundle, name } = repository;
    if (bundle === undefined) continue;
    if (named.has(bundle.snapshot)) yield* await proveOne(repository, bundle, version ?? "", proving);
    else yield `the bundle of ${name} is none of the manifest's`;
    if (seen % 50 === 0) proving.progress(`${seen} of ${counted(count, "repository")} came back`);
  }
  if (seen !== count) yield `the list has ${seen} repositories, and the manifest says ${count}`;
}

async function proveOne(
  repository: Repository,
  bundle: Part,
  version: string,
  proving: OwnProving,
): Promise<readonly string[]> {
  const { scratch } = await proving.ports.scratch.make(proving.scratch, undefined);
  try {
    const [file, into] = [join(scratch.folder, "bundle"), join(scratch.folder, "repository.git")];
    await scratch.write("bundle", proving.readPart(bundle));
    const why = await cloneBundle(repository, { file, into }, proving);
    return why.length > 0 ? why : await findPointers(repository, { at: into, version }, proving);
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    return [`${repository.name} does not come back from its bundle: ${thrown.message}`];
  } finally {
    await scratch.remove();
  }
}

async function findPointers(
  { name, path }: Repository,
  { at, version }: { readonly at: string; readonly version: string },
  proving: OwnProving,
): Promise<readonly string[]> {
  const pointers = pointersFor((one) => proving.pointed?.({ repository: path ?? name, ...one }));
  const refused = await followObjects({ from: "--all", env: { GIT_DIR: at }, version, ...pointers }, proving);
  if (refused?.byMachine === true) throw new SystemError(`${name} was not read to its end: ${refused.why}`, "stop");
  return refused === undefined ? [] : [`${name} does not come back from its bundle: ${refused.why}`];
}

/** Makes a bare repository of a bundle, with its HEAD, and holds its refs against the list. Says what is wrong. */
export async function cloneBundle(
  { name, digest, head }: Pick<Repository, "name" | "digest" | "head">,
  { file, into }: { readonly file: string; readonly into: string },
  lent: GitLent,
): Promise<readonly string[]> {
  const heads = await runGit(["bundle", "list-heads", file], lent);
  if (heads.kind === "refused") return [`${name} does not come back from its bundle: ${heads.why}`];
  const format = /^[0-9a-f]{64} /.test(heads.text) ? ["--object-format=sha256"] : [];
  for (const args of [
    ["init", "--quiet", "--bare", ...format, into],
    ["-C", into, "bundle", "verify", "--quiet", file],
    ["-C", into, "fetch", "--quiet", "--no-tags", file, "+refs/*:refs/*"],
    ...(head === undefined ? [] : [["-C", into, "symbolic-ref", "HEAD", head]]),
  ]) {
    const said = await runGit(args, lent);
    if (said.kind === "refused") return [`${name} does not come back from its bundle: ${said.why}`];
  }
  const listed = await runGit(["-C", into, "for-each-ref", "--format=%(objectname) %(refname)"], lent);
  return listed.kind === "said" && digestOfRefs(refsIn(listed.text.split("\n"))) === digest
    ? []
    : [`the refs of ${name} are not those that were read`];
}
