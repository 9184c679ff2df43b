import { hash } from "node:crypto";
import { counted } from "../../../kernel/count.ts";
import { InputError } from "../../../kernel/errors.ts";
import type { GitlabStore } from "../../../platform/backup-stores.ts";
import type { RestoreTarget, Restoring, StorePlan, StoreRestored } from "../../restore/contract.ts";
import type { SealedBody } from "../../store-kind.ts";
import type { GitlabBody, Repository } from "./body.ts";
import { digestOfRefs, type Refs, readRef } from "./bundle-head.ts";
import { readRepositories } from "./bundles.ts";
import { GitalyStorage } from "./gitaly-storage.ts";
import { repositoryToFolder } from "./repository-folder.ts";
import { unbundle } from "./unbundle.ts";

/*
 * One repository alone. In place its refs are set to what they were, all of them in one transaction of Git's: nobody sees half of it,
 * and no object goes. What they were before is written down beside it, and kept from being tidied up by refs of GitLab's own kind
 * (gitlabhq/gitlabhq lib/gitlab/git/keep_around.rb: `refs/keep-around/SHA`).
 */

type Sealed = SealedBody<GitlabBody>;

interface Wanted {
  readonly repository: Repository;
  readonly bundle: NonNullable<Repository["bundle"]>;
}

/** Throws `InputError` where the backup does not hold it by itself. */
async function findRepository(
  { id, body, packs }: Sealed,
  { gitRepository: named = "", readPart }: Restoring,
): Promise<Wanted> {
  if (body.repositories === undefined)
    throw new InputError(
      `${id} keeps its repositories within the archive: they come back with all of GitLab, none by itself; bundles with gitaly keep each by itself from then on (docs/backups.md)`,
    );
  const wanted = named.replace(/^\/+|\/+$/g, "").replace(/\.git$/, "");
  for await (const repository of readRepositories(readPart(body.repositories.list))) {
    const { name, path, bundle } = repository;
    if (path !== wanted && name !== `${wanted}.git`) continue;
    if (bundle === undefined) throw new InputError(`${named} was empty in ${id}: there is nothing to bring back`);
    if (!packs.some(({ snapshot }) => snapshot === bundle.snapshot))
      throw new InputError(`the bundle of ${named} is none of those that ${id} names`);
    return { repository, bundle };
  }
  throw new InputError(`${id} has no repository ${named}: name it as group/project, or by its path below the storage`);
}

export async function planRepository(
  sealed: Sealed,
  config: GitlabStore,
  target: RestoreTarget,
  restoring: Restoring,
): Promise<StorePlan> {
  const { repository, bundle } = await findRepository(sealed, restoring);
  const named = repository.path ?? repository.name;
  const plan = { does: [], loses: [], refuses: [], notes: [], isThere: false };
  if (target.kind === "folder") {
    const folder = await restoring.ports.openFolder(target.folder);
    const refuses = (await folder.isEmpty()) ? [] : [`${target.folder} is not empty: name another folder`];
    const does = [
      `make ${named} a repository in ${target.folder}: ${counted(repository.refs, "ref")}, ${bundle.bytes} bytes`,
    ];
    return { ...plan, does, refuses };
  }
  const storage = await storageOf(config, restoring);
  const there = await refsOf(storage, repository.name);
  const [lost, back] = there === undefined ? [[], repository.refs] : await difference(there, bundle, restoring);
  return {
    ...plan,
    does: [
      there === undefined
        ? `make ${repository.name} anew in ${storage.pod.label}, with ${counted(repository.refs, "ref")}`
        : `set the refs of ${named} in ${storage.pod.label} to what they were, in one transaction: ${back} of them are other or gone`,
    ],
    loses: lost.map((ref) => `${ref} is other or not in the backup: what it points at now is kept, without a name`),
    refuses: isOfPraefect(repository.name)
      ? [
          `${repository.name} lies behind Praefect, whose replicas are not written past it: bring it to a folder and push it`,
        ]
      : [],
    notes: [
      "nobody has to stop; GitLab shows lists of branches from its cache for some minutes yet",
      ...(there === undefined ? ["a project that GitLab does not know any more is not shown: make it first"] : []),
    ],
  };
}

/** What keeps old commits is no content. */
const isKept = (name: string): boolean => name.startsWith("refs/keep-around/");

const isOfPraefect = (name: string): boolean => name.startsWith("@cluster/");

async function storageOf({ gitaly }: GitlabStore, restoring: Restoring): Promise<GitalyStorage> {
  if (gitaly === undefined)
    throw new InputError("where Gitaly's storage is stands nowhere: name gitaly, or bring it to a folder");
  return GitalyStorage.open(gitaly, await restoring.cluster(), restoring.signal);
}

async function refsOf(storage: GitalyStorage, name: string): Promise<Refs | undefined> {
  return (await storage.repositories()).includes(name) ? (await storage.refs(name))?.all : undefined;
}

/** The refs that would be other or gone, and how many come back. */
async function difference(
  there: Refs,
  bundle: Wanted["bundle"],
  restoring: Restoring,
): Promise<readonly [readonly string[], number]> {
  const saved = await unbundle(restoring.readPart(bundle)).refs();
  const lost = [...there].flatMap(([name, id]) => (saved.get(name) === id || isKept(name) ? [] : [name]));
  return [lost.slice(0, 20), [...saved].filter(([name, id]) => there.get(name) !== id).length];
}

export async function restoreRepository(
  sealed: Sealed,
  config: GitlabStore,
  target: RestoreTarget,
  restoring: Restoring,
): Promise<StoreRestored> {
  const { repository, bundle } = await findRepository(sealed, restoring);
  const named = repository.path ?? repository.name;
  if (target.kind === "folder") return repositoryToFolder(repository, bundle, target.folder, restoring);
  if (isOfPraefect(repository.name)) throw new InputError(`${named} lies behind Praefect: bring it to a folder`);
  const storage = await storageOf(config, restoring);
  const saved = await intoPlace(storage, { repository, bundle }, restoring);
  const now = (await storage.refs(repository.name))?.all ?? new Map<string, string>();
  const isSame =
    [...saved].every(([name, id]) => now.get(name) === id) &&
    [...now.keys()].every((name) => saved.has(name) || isKept(name));
  return {
    did: [
      `${named} is as in ${sealed.id}: ${counted(repository.refs, "ref")}; what they were before is kept in ${repository.name}/${bookOf(restoring.id)}`,
    ],
    differences: isSame ? [] : [`the refs of ${named} are not those of the backup: somebody pushed meanwhile?`],
    notes: [],
  };
}

async function intoPlace(storage: GitalyStorage, { repository, bundle }: Wanted, restoring: Restoring): Promise<Refs> {
  const before = await refsOf(storage, repository.name);
  const head = before === undefined ? undefined : await storage.head(repository.name);
  if (before === undefined) await storage.make(repository.name);
  const unbundling = unbundle(restoring.readPart(bundle));
  const saved = await unbundling.refs();
  // A pack that is cut short or damaged leaves no object: Git moves it to its place once it is whole.
  await storage.takePack(repository.name, unbundling.pack());
  if (digestOfRefs(saved) !== repository.digest)
    throw new InputError(`the refs in the bundle of ${repository.name} are not those of the manifest`);
  const book = bookOf(restoring.id);
  if (!(await storage.has(repository.name, book))) await storage.keep(repository.name, book, linesOf(before, head));
  const known = readBook(await storage.kept(repository.name, book));
  await storage.setRefs(repository.name, saved, [...known.values()]);
  if (repository.head !== undefined) await storage.setHead(repository.name, repository.head);
  return saved;
}

/** Takes back what a restore of one repository did; found by what it left beside it. */
export async function undoRepository(config: GitlabStore, restoring: Restoring): Promise<readonly string[]> {
  if (config.gitaly === undefined)
    throw new InputError("no backup was made of GitLab before: there is nothing to bring back");
  const storage = await storageOf(config, restoring);
  const book = bookOf(restoring.id);
  const [name] = await storage.withFile(book);
  if (name === undefined)
    throw new InputError(
      "no backup was made of GitLab before, and no repository was restored by this: nothing is taken back",
    );
  const kept = await storage.kept(name, book);
  const [before, head] = [readBook(kept), headIn(kept)];
  const now = (await storage.refs(name))?.all ?? new Map<string, string>();
  await storage.setRefs(name, before, [...now.values()]);
  if (head !== undefined) await storage.setHead(name, head);
  return [`${name} has its ${counted(before.size, "ref")} as before; what had been restored is kept without a name`];
}

/** A file in the bare repository; Git does not look at it. */
function bookOf(id: string): string {
  return `millwright-before-${hash("sha256", id).slice(0, 12)}`;
}

/** First where HEAD pointed. */
function linesOf(refs: Refs | undefined, head: string | undefined): string {
  const lines = [...(refs ?? [])].map(([name, id]) => `${id} ${name}\n`);
  return [head === undefined ? "" : `ref: ${head}\n`, ...lines].join("");
}

function headIn(text: string): string | undefined {
  return /^ref: (refs\/\S+)\n/.exec(text)?.[1];
}

function readBook(text: string): Refs {
  return new Map(
    text
      .split("\n")
      .flatMap((line) => (line === "" ? [] : [readRef(line)]))
      .flatMap((ref) => (ref === undefined ? [] : [ref])),
  );
}
