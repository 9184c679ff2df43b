import { hash } from "node:crypto";
import { counted } from "../../../kernel/count.ts";
import { InputError } from "../../../kernel/errors.ts";
import type { GitlabStore } from "../../../platform/backup-stores.ts";
import type { RestoreTarget, Restoring, StorePlan, StoreRestored } from "../../restore/contract.ts";
import type { SealedBody } from "../../store-kind.ts";
import type { GitlabBody } from "./body.ts";
import { digestOfRefs, type Refs, refsIn } from "./bundle-head.ts";
import { gitHere, installGit } from "./git-program.ts";
import { GitalyStorage } from "./gitaly-storage.ts";
import { keepAround, refMoves } from "./ref-moves.ts";
import { repositoryToFolder } from "./repository-folder.ts";
import { unbundle } from "./unbundle.ts";
import { findRepository, type WantedRepository } from "./wanted-repository.ts";

/*
 * One repository alone, from a bundle of its own or from the one in the archive. In place its refs are set to what they were, all of
 * them in one transaction of Git's where that can be: nobody sees half of it, and no object goes. What they were before is written down
 * beside it, and kept from being tidied up by refs of GitLab's own kind.
 */

type Sealed = SealedBody<GitlabBody>;

export async function planRepository(
  sealed: Sealed,
  config: GitlabStore,
  target: RestoreTarget,
  restoring: Restoring,
): Promise<StorePlan> {
  const wanted = await findRepository(sealed, restoring);
  const plan =
    target.kind === "folder"
      ? await planToFolder(wanted, target.folder, restoring)
      : planInPlace(wanted, await lookAt(wanted, config, restoring));
  return { ...plan, refuses: [...plan.refuses, ...(await withoutGit(wanted, restoring))] };
}

const nothingYet: StorePlan = { does: [], loses: [], refuses: [], notes: [], isThere: false };

async function planToFolder(wanted: WantedRepository, place: string, { ports }: Restoring): Promise<StorePlan> {
  const { repository, bundle } = wanted;
  const folder = await ports.openFolder(place);
  const refuses = (await folder.isEmpty()) ? [] : [`${place} is not empty: name another folder`];
  const does = [
    ...reading(wanted),
    `make ${namedOf(wanted)} a repository in ${place}: ${counted(repository.refs, "ref")}, ${bundle.bytes} bytes`,
    ...(wanted.archive?.hooks === undefined
      ? []
      : [
          `read through the archive once more, and lay its custom hooks beside it (${wanted.archive.hooks.bytes} bytes)`,
        ]),
  ];
  return { ...nothingYet, does, refuses };
}

function planInPlace(wanted: WantedRepository, { storage, there, saved, refuses }: Looked): StorePlan {
  const { repository } = wanted;
  const pod = storage.pod.label;
  const now = there ?? new Map<string, string>();
  const lost = [...now].flatMap(([name, id]) => (saved.get(name) === id || isKept(name) ? [] : [name]));
  const back = [...saved].filter(([name, id]) => now.get(name) !== id).length;
  const moves =
    refMoves(now, saved, []).length > 1
      ? "two transactions, as Git needs where a name becomes a folder of others"
      : "one transaction";
  return {
    ...nothingYet,
    does: [
      ...reading(wanted),
      there === undefined
        ? `make ${repository.name} anew in ${pod}, with ${counted(repository.refs, "ref")}`
        : `set the refs of ${namedOf(wanted)} in ${pod} to what they were, in ${moves}: ${back} of them are other or gone`,
    ],
    loses: [
      ...lost
        .slice(0, mostNamed)
        .map((ref) => `${ref} is other or not in the backup: what it points at now is kept, without a name`),
      ...(lost.length > mostNamed ? [`and so are ${counted(lost.length - mostNamed, "more ref")}`] : []),
    ],
    refuses,
    notes: [
      "nobody has to stop; GitLab shows lists of branches from its cache for some minutes yet",
      ...(there === undefined ? ["a project that GitLab does not know any more is not shown: make it first"] : []),
      ...withoutHooks(wanted),
    ],
  };
}

const mostNamed = 20;

const namedOf = ({ repository: { path, name } }: WantedRepository): string => path ?? name;

function reading({ archive, bundle }: WantedRepository): readonly string[] {
  if (archive === undefined) return [];
  const through = `read through the archive (${Math.ceil(archive.bytes / 1e6)} MB)`;
  return [
    archive.steps === undefined
      ? `${through} for its bundle (${bundle.bytes} bytes): nothing else of it is laid anywhere`
      : `${through} for its ${counted(archive.steps, "step")} (${bundle.bytes} bytes), and have Git make one bundle of that in the scratch folder: nothing else of it is laid anywhere`,
  ];
}

/** Steps are joined before anything is changed, and by Git of this machine. */
async function withoutGit({ archive }: WantedRepository, restoring: Restoring): Promise<readonly string[]> {
  if (archive?.steps === undefined || (await gitHere(restoring)) !== undefined) return [];
  return [`it lies in ${counted(archive.steps, "step")}, and git is not on this machine. ${installGit}`];
}

/** They are programs of Gitaly's server: nobody sets them who was not asked. */
function withoutHooks({ archive }: WantedRepository): readonly string[] {
  return archive?.hooks === undefined
    ? []
    : [
        "its custom hooks are in the archive, and stay there: bring it to a folder as well, beside which they come, and set them with gitaly hooks set",
      ];
}

/** What keeps old commits is no content. */
const isKept = (name: string): boolean => name.startsWith(keepAround);

const isOfPraefect = (name: string): boolean => name.startsWith("@cluster/");

async function storageOf({ gitaly }: GitlabStore, restoring: Restoring): Promise<GitalyStorage> {
  if (gitaly === undefined)
    throw new InputError("where Gitaly's storage is stands nowhere: name gitaly, or bring it to a folder");
  return GitalyStorage.open(gitaly, await restoring.cluster(), restoring.signal);
}

interface Looked {
  readonly storage: GitalyStorage;
  /** Undefined: it is not there. */
  readonly there: Refs | undefined;
  /** As the bundle has them. */
  readonly saved: Refs;
  readonly refuses: readonly string[];
}

async function lookAt(wanted: WantedRepository, config: GitlabStore, restoring: Restoring): Promise<Looked> {
  const storage = await storageOf(config, restoring);
  const { name } = wanted.repository;
  const names = await storage.repositories();
  const there = names.includes(name) ? (await storage.refs(name))?.all : undefined;
  const saved = await wanted.bundle.refs();
  return { storage, there, saved, refuses: refusalsOf(wanted, { storage, there, saved, names }) };
}

/** An archive names repositories as GitLab does, not as they lie behind Praefect, and of several storages it may be any. */
function refusalsOf(
  { repository: { name }, archive }: WantedRepository,
  { storage, there, saved, names }: Omit<Looked, "refuses"> & { readonly names: readonly string[] },
): readonly string[] {
  const { label } = storage.pod;
  if (isOfPraefect(name) || (archive !== undefined && names.some(isOfPraefect)))
    return [`${name} lies behind Praefect, whose replicas are not written past it: bring it to a folder and push it`];
  const unread = [...saved.keys(), ...(there?.keys() ?? [])].find((ref) => ref.includes("\uFFFD"));
  if (unread !== undefined)
    return [
      `the name of ${unread} is not UTF-8, and cannot be written here as it was: bring ${name} to a folder and push it`,
    ];
  if (there !== undefined || archive === undefined || archive.storages.length < 2) return [];
  return [
    `${name} is not in ${label}, and the archive is of the storages ${archive.storages.join(", ")}: in which one it belongs it does not say; bring it to a folder and push it`,
  ];
}

export async function restoreRepository(
  sealed: Sealed,
  config: GitlabStore,
  target: RestoreTarget,
  restoring: Restoring,
): Promise<StoreRestored> {
  const wanted = await findRepository(sealed, restoring);
  if (target.kind === "folder") return repositoryToFolder(wanted, target.folder, restoring);
  const looked = await lookAt(wanted, config, restoring);
  if (looked.refuses.length > 0) throw new InputError(looked.refuses.join("; "));
  const { storage } = looked;
  const { name, refs } = wanted.repository;
  const saved = await intoPlace(wanted, looked, restoring);
  const now = (await storage.refs(name))?.all ?? new Map<string, string>();
  const isSame =
    [...saved].every(([ref, id]) => now.get(ref) === id) &&
    [...now.keys()].every((ref) => saved.has(ref) || isKept(ref));
  return {
    did: [
      `${namedOf(wanted)} is as in ${sealed.id}: ${counted(refs, "ref")}; what they were before is kept in ${name}/${bookOf(restoring.id)}`,
    ],
    differences: isSame
      ? []
      : [`the refs of ${namedOf(wanted)} are not those of the backup: somebody pushed meanwhile?`],
    notes: [],
  };
}

async function intoPlace(
  { repository, bundle, heads }: WantedRepository,
  { storage, there }: Looked,
  restoring: Restoring,
): Promise<Refs> {
  const { name, digest } = repository;
  const head = there === undefined ? undefined : await storage.head(name);
  const saved = await bundle.read(async (content) => {
    const unbundling = unbundle(content);
    const refs = await unbundling.refs();
    if (digestOfRefs(refs) !== digest)
      throw new InputError(`the refs in the bundle of ${name} are not those that were read`);
    const [anyId = ""] = refs.values();
    if (there === undefined) await storage.make(name, anyId.length);
    // A pack that is cut short or damaged leaves no object: Git moves it to its place once it is whole.
    await storage.takePack(name, unbundling.pack());
    return refs;
  });
  await storage.refuseGaps(name, saved.values());
  const book = bookOf(restoring.id);
  if (!(await storage.has(name, book))) await storage.keep(name, book, linesOf(there, head));
  const known = readBook(await storage.kept(name, book));
  await storage.setRefs(name, saved, [...known.values()]);
  const [likeliest] = heads;
  // Where nothing tells which of several it named, it stays as it is.
  if (likeliest !== undefined && (head === undefined || !heads.includes(head))) await storage.setHead(name, likeliest);
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
  return /^ref: (refs\/[^\n]+)\n/.exec(text)?.[1];
}

function readBook(text: string): Refs {
  return refsIn(text.split("\n"));
}
