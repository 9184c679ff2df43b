import { InputError } from "../../../kernel/errors.ts";
import type { Restoring } from "../../restore/contract.ts";
import type { SealedBody } from "../../store-kind.ts";
import { partOf } from "../part-of.ts";
import { type ArchivedRepository, findArchived } from "./archived-repository.ts";
import { type GitlabBody, type Repository, tarPart } from "./body.ts";
import { digestOfRefs, type Refs } from "./bundle-head.ts";
import { readRepositories } from "./bundles.ts";
import { readJoined } from "./joined-steps.ts";
import { readArchived } from "./read-archived.ts";
import { unbundle } from "./unbundle.ts";

/** A repository that is to come back alone. */
export interface WantedRepository {
  readonly repository: Omit<Repository, "bundle">;
  readonly bundle: KeptBundle;
  /** Refs that HEAD may have named, the likeliest first. */
  readonly heads: readonly string[];
  /** Undefined: it has a bundle of its own. */
  readonly archive: ArchiveOf | undefined;
}

/** Its bundle, wherever that is kept. */
export interface KeptBundle {
  readonly bytes: number;
  /** What its head says. */
  refs(): Promise<Refs>;
  /** Hands it on as it comes; throws at its end where it is not what was backed up. */
  read<T>(use: (content: AsyncIterable<Uint8Array>) => Promise<T>): Promise<T>;
}

interface ArchiveOf extends Pick<ArchivedRepository, "storages"> {
  readonly bytes: number;
  /** How many bundles it lies in of which Git of this machine makes one; undefined: its one comes back as it is. */
  readonly steps: number | undefined;
  /** Its custom hooks, a tar; undefined: it had none. */
  readonly hooks: Omit<KeptBundle, "refs"> | undefined;
}

type Sealed = SealedBody<GitlabBody>;

/** Throws `InputError` where the backup does not hold it, or its archive does not give it by itself. */
export async function findRepository(sealed: Sealed, restoring: Restoring): Promise<WantedRepository> {
  const { list } = sealed.body.repositories ?? {};
  return list === undefined ? inArchive(sealed, restoring) : inList(sealed, restoring, list);
}

async function inList(
  { id, packs }: Sealed,
  { gitRepository: named = "", readPart }: Restoring,
  list: NonNullable<GitlabBody["repositories"]>["list"],
): Promise<WantedRepository> {
  const wanted = named.replace(/^\/+|\/+$/g, "").replace(/\.git$/, "");
  for await (const { bundle, ...repository } of readRepositories(readPart(list))) {
    if (repository.path !== wanted && repository.name !== `${wanted}.git`) continue;
    if (bundle === undefined) throw new InputError(`${named} was empty in ${id}: there is nothing to bring back`);
    if (!packs.some(({ snapshot }) => snapshot === bundle.snapshot))
      throw new InputError(`the bundle of ${named} is none of those that ${id} names`);
    const kept: KeptBundle = {
      bytes: bundle.bytes,
      refs: () => unbundle(readPart(bundle)).refs(),
      read: (use) => use(readPart(bundle)),
    };
    const heads = repository.head === undefined ? [] : [repository.head];
    return { repository, bundle: kept, heads, archive: undefined };
  }
  throw new InputError(`${id} has no repository ${named}: name it as group/project, or by its path below the storage`);
}

async function inArchive(sealed: Sealed, restoring: Restoring): Promise<WantedRepository> {
  const { id, body } = sealed;
  const { gitRepository: named = "", readPart, progress } = restoring;
  if (body.skipped.includes("repositories"))
    throw new InputError(`${id} holds no repositories: they were left out of it`);
  const part = partOf(sealed, tarPart);
  const open = (): AsyncIterable<Uint8Array> => readPart(part);
  progress(`looking for ${named} in the archive`);
  const found = await foundIn(`${named} of ${id}`, () => findArchived(open, named));
  const { name, path, bundles, heads, refs, storages, hooks } = found;
  const [{ file }] = bundles;
  const { head } = found;
  return {
    repository: { name, path, head: heads[0], refs: refs.size, digest: digestOfRefs(refs) },
    heads,
    bundle: {
      bytes: bundles.reduce((sum, one) => sum + one.bytes, 0),
      refs: async () => refs,
      read: (use) =>
        head === undefined
          ? readArchived(open, { name, file }, use)
          : readJoined(open, { name, bundles, head }, restoring, use),
    },
    archive: {
      storages,
      steps: head === undefined ? undefined : bundles.length,
      bytes: part.bytes,
      hooks:
        hooks === undefined
          ? undefined
          : { bytes: hooks.bytes, read: (use) => readArchived(open, { name, file: hooks.file }, use) },
    },
  };
}

async function foundIn<T>(what: string, find: () => Promise<T>): Promise<T> {
  try {
    return await find();
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    throw new InputError(`${what}: ${thrown.message}`, { cause: thrown });
  }
}
