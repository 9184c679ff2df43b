import * as z from "zod";
import type { BackupPorts } from "../../kernel/backup-ports.ts";
import { InputError } from "../../kernel/errors.ts";
import { readRecord, recordsIn } from "../repository/records.ts";
import { Repository, type RepositoryPlace, type StoredSnapshot } from "../repository/restic.ts";
import { type Immutability, type Immutable, immutabilityOf } from "./immutable.ts";

/** What arrived when, written down in the copy itself. */
export const Arrival = z.object({
  schema: z.literal("millwright/arrival/1"),
  at: z.string(),
  /** The id of the repository that was copied from: whose backups its manifests say they are. */
  of: z.string(),
  backups: z.array(z.object({ id: z.string(), store: z.string(), takenAt: z.string(), digest: z.string() })),
  wrong: z.array(z.string()),
});
export type Arrival = z.infer<typeof Arrival>;

/**
 * A copy of a repository, which is read as that repository was: its snapshots under the ids of their originals, which is how
 * manifests name them. It stands alone: nothing is asked of the first.
 */
export class Copies extends Repository {
  readonly #own = new Map<string, string>();
  readonly #whether: (declared: Immutable) => Promise<Immutability>;

  constructor(place: RepositoryPlace, ports: BackupPorts) {
    super(place, ports);
    this.#whether = (declared) => immutabilityOf(declared, place, ports);
  }

  override async snapshots(signal?: AbortSignal): Promise<readonly StoredSnapshot[]> {
    const stored = await super.snapshots(signal);
    return stored.map((snapshot) => {
      const id = snapshot.original ?? snapshot.id;
      this.#own.set(id, snapshot.id);
      return { ...snapshot, id };
    });
  }

  protected override async named(snapshot: string, signal?: AbortSignal): Promise<string> {
    if (!this.#own.has(snapshot)) await this.snapshots(signal);
    const original = [...this.#own.keys()].find((id) => id.startsWith(snapshot));
    return this.#own.get(original ?? "") ?? snapshot;
  }

  override async snapshot(id: string, signal?: AbortSignal): Promise<StoredSnapshot> {
    // Of two copies of one the same that is read (`named`): what is known of the other says nothing of it.
    const found = (await this.snapshots(signal)).findLast((one) => one.id.startsWith(id));
    if (found === undefined) throw new InputError(`the second repository holds no copy of ${id}`);
    return found;
  }

  override async store(): Promise<never> {
    throw new InputError("backups are made in the first repository, and copied from there");
  }

  override async forget(): Promise<never> {
    throw nothingIsRemoved();
  }

  override async prune(): Promise<never> {
    throw nothingIsRemoved();
  }

  /** Of the repository that it is a copy of; undefined where there is none. */
  override async id(signal?: AbortSignal): Promise<string | undefined> {
    if ((await super.id(signal)) === undefined) return undefined;
    const newest = await lastArrival(this, await this.snapshots(signal));
    if (newest === undefined)
      throw new InputError("nothing has arrived in the second repository yet: millwright backup second --copy");
    return newest.of;
  }

  /** Its own. */
  async ownId(): Promise<string | undefined> {
    return super.id();
  }

  /** Whether what is declared to keep it from being changed is so. */
  async immutability(declared: Immutable): Promise<Immutability> {
    return this.#whether(declared);
  }
}

function nothingIsRemoved(): InputError {
  return new InputError(
    "nothing is removed from the second repository by Millwright: it is what is left when all else is gone",
  );
}

/**
 * What was written down of the last copy in one of both repositories, by what lies in it: the first knows of one that could not be
 * begun, too.
 */
export async function lastArrival(
  repository: Repository,
  snapshots: readonly StoredSnapshot[],
): Promise<Arrival | undefined> {
  const [newest] = recordsIn(snapshots, "arrival");
  return newest === undefined ? undefined : Arrival.parse(JSON.parse(await readRecord(repository, newest)));
}
