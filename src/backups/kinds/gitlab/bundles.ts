import { createHash } from "node:crypto";
import { InputError } from "../../../kernel/errors.ts";
import { jsonOr } from "../../../kernel/json.ts";
import { linesOf } from "../../lines.ts";
import { readPart, refuseAborted } from "../../parts.ts";
import { lastTelling } from "../../repository/catalogue.ts";
import type { Part } from "../../repository/manifest.ts";
import type { Taking } from "../../store-kind.ts";
import { GitlabBody, Repository, repositoriesPart } from "./body.ts";
import { digestOfRefs, type Refs, tapBundle } from "./bundle-head.ts";
import { type Gitaly, GitalyStorage } from "./gitaly-storage.ts";
import { bundleOfAll, isShadowed } from "./shadowed-refs.ts";

/*
 * Each repository as a bundle of its own, by Git in Gitaly's pod: whole, streamed, and taken again only when one of its refs moved.
 */

export interface TakenBundles {
  readonly repositories: NonNullable<GitlabBody["repositories"]>;
  readonly packs: readonly Part[];
}

/** Throws as soon as one repository that is there cannot be read: what is left out would look like what is not there. */
export async function takeBundles(
  gitaly: Gitaly,
  taking: Taking,
  projects: ReadonlyMap<string, string> = new Map(),
): Promise<TakenBundles> {
  const before = await lastRepositories(taking);
  const storage = await GitalyStorage.open(gitaly, await taking.cluster(), taking.signal);
  const entries: Repository[] = [];
  const counts = { copied: 0, empty: 0, gone: 0, moved: 0 };
  for (const name of await storage.repositories()) {
    refuseAborted(taking.signal);
    const taken = await takeRepository(storage, name, before.get(name), taking);
    if (taken === undefined) {
      counts.gone += 1;
      continue;
    }
    entries.push(taken.entry);
    if (taken.how !== "same") counts[taken.how] += 1;
    if (taken.isMoved) counts.moved += 1;
    if (entries.length % 50 === 0) taking.progress(`${entries.length} repositories are read`);
  }
  const named = entries.map((one) => ({ ...one, path: projects.get(one.name) }));
  const list = await taking.storePart(repositoriesPart, lined(named));
  const packs = entries.flatMap(({ bundle }) => (bundle === undefined ? [] : [bundle]));
  const bytes = packs.reduce((sum, one) => sum + one.bytes, 0);
  return { repositories: { pod: storage.pod.label, count: entries.length, bytes, ...counts, list }, packs };
}

interface TakenRepository {
  readonly entry: Repository;
  readonly how: "empty" | "same" | "copied";
  /** Pushed to between list and bundle. */
  readonly isMoved: boolean;
}

/** Undefined: it is gone. */
async function takeRepository(
  storage: GitalyStorage,
  name: string,
  known: Repository | undefined,
  taking: Taking,
): Promise<TakenRepository | undefined> {
  const refs = await storage.refs(name);
  if (refs === undefined) return undefined;
  const digest = digestOfRefs(refs.all);
  if (refs.all.size === 0) return { entry: { name, refs: 0, digest, ...refs.head }, how: "empty", isMoved: false };
  if (known?.digest === digest) return { entry: { ...known, ...refs.head }, how: "same", isMoved: false };
  const taken = await takeBundle(storage, name, refs.all, taking);
  if (taken === undefined) return undefined;
  return { entry: { ...taken, ...refs.head }, how: "copied", isMoved: taken.digest !== digest };
}

async function* lined(entries: readonly Repository[]): AsyncGenerator<Uint8Array> {
  for (const one of entries) yield Buffer.from(`${JSON.stringify(one)}\n`);
}

/** A list's repositories, as they were written. Throws `InputError` for a line that is damaged. */
export async function* readRepositories(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Repository> {
  for await (const line of linesOf(stream)) {
    const parsed = Repository.safeParse(jsonOr(line));
    if (!parsed.success) throw new InputError("the list of repositories is damaged");
    yield parsed.data;
  }
}

/** Those of the last backup whose bundle still lies in the repository; none where that one is damaged or failed its proof. */
async function lastRepositories(taking: Taking): Promise<ReadonlyMap<string, Repository>> {
  const there = new Set(taking.packs.map(({ snapshot }) => snapshot));
  const found = new Map<string, Repository>();
  try {
    for (const backup of taking.earlier) {
      if (lastTelling(backup.proofs)?.verdict === "failed") continue;
      const { repositories } = GitlabBody.parse(await taking.bodyOf(backup));
      if (repositories === undefined) continue;
      for await (const one of readRepositories(readPart(taking.repository, repositories.list, taking.signal)))
        if (one.bundle === undefined || there.has(one.bundle.snapshot)) found.set(one.name, one);
      return found;
    }
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
  }
  return new Map();
}

/** Undefined: it is gone. */
async function takeBundle(
  storage: GitalyStorage,
  name: string,
  refs: Refs,
  taking: Taking,
): Promise<Repository | undefined> {
  const id = createHash("sha256").update(name).digest("hex").slice(0, 16);
  return storage.unlessGone(name, async () => {
    const seen = new Map<string, string>();
    const bundle = isShadowed(refs)
      ? bundleOfAll(storage, name)
      : storage.call(name, ["bundle", "create", "-", "--all"]);
    const stream = tapBundle(bundle, seen);
    const kept = await taking.storePack(`${id}.bundle`, stream, taking.signal);
    return { name, refs: seen.size, digest: digestOfRefs(seen), bundle: kept };
  });
}
