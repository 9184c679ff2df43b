import { InputError } from "../../../kernel/errors.ts";
import type { PostgresqlStore } from "../../../platform/backup-stores.ts";
import { refuseAborted } from "../../parts.ts";
import type { Asking, Taken, Taking } from "../../store-kind.ts";
import { findPod } from "../pod.ts";
import type { PostgresqlBody } from "./body.ts";
import { contentOf, sequencesOf } from "./content.ts";
import { type DatabaseUsers, usersOf } from "./effective.ts";
import { usersByAddress } from "./effective-address.ts";
import { emptiness } from "./emptiness.ts";
import { type Dumper, type DumpSource, sourceByUrl } from "./pg-dump.ts";
import { podDatabase } from "./pod-session.ts";
import { sourceInPod } from "./pod-source.ts";
import { openSnapshot, type Snapshot } from "./source.ts";

const dumpFile = "dump.pgdump";

/** Dumps and counts a database by its address or in its pod; both see one exported snapshot. */
export async function take(config: PostgresqlStore, taking: Taking): Promise<Taken<PostgresqlBody>> {
  // What is about to be replaced is kept whoever uses it: its application may be gone.
  const users = taking.class === "before-restore" ? undefined : await usersFor(config, taking);
  return takeUsed(config, taking, users);
}

/** Asks who uses it while its application is up: of one that the fence holds down there is no environment any more. */
export async function ahead(
  config: PostgresqlStore,
  asking: Asking,
): Promise<(taking: Taking) => Promise<Taken<PostgresqlBody>>> {
  const users = await usersFor(config, asking);
  return (taking) => (users?.kind === "not-known" ? take(config, taking) : takeUsed(config, taking, users));
}

/** Undefined: of nobody can it be asked. */
async function usersFor(config: PostgresqlStore, asking: Asking): Promise<DatabaseUsers | undefined> {
  const { url, pod, database, component } = config;
  if (url !== undefined) return usersByAddress(await asking.secret(url), component, asking);
  if (pod === undefined || database === undefined) return undefined;
  const cluster = await asking.cluster();
  return usersOf({ pod: await findPod(pod, cluster), database }, component, { ...asking, cluster });
}

/** Throws `InputError` where its component does not use it. */
async function takeUsed(
  config: PostgresqlStore,
  taking: Taking,
  users: DatabaseUsers | undefined,
): Promise<Taken<PostgresqlBody>> {
  const { url } = config;
  // Through a pooler an application names another address than ours.
  if (users?.kind === "not-used" && (url === undefined || users.instead !== undefined)) throw new InputError(users.why);
  const taken = url === undefined ? takeInPod(config, taking) : takeByUrl(await taking.secret(url), taking);
  return withUsers(await taken, users, taking);
}

async function takeInPod({ pod, database, user }: PostgresqlStore, taking: Taking): Promise<Taken<PostgresqlBody>> {
  if (pod === undefined || database === undefined || user === undefined)
    throw new InputError("a database needs a url, or a pod with database and user");
  const asked = { pod: await findPod(pod, await taking.cluster()), database, user };
  const where = await podDatabase(asked, taking.signal);
  const taken = await takeFrom(sourceInPod(where, taking.signal), taking);
  return { ...taken, body: { ...taken.body, pod: where.pod.label } };
}

function withUsers(
  taken: Taken<PostgresqlBody>,
  users: DatabaseUsers | undefined,
  { progress }: Taking,
): Taken<PostgresqlBody> {
  if (users === undefined) return taken;
  const usedBy = users.kind === "used" ? [...users.by] : [];
  const notes = notesOf(users);
  for (const note of notes) progress(note);
  return { ...taken, body: { ...taken.body, usedBy, notes: [...notes] } };
}

function notesOf(users: DatabaseUsers): readonly string[] {
  switch (users.kind) {
    case "used":
      return [];
    case "not-known":
      return [`who uses the database is not known: ${users.why}`];
    case "not-used":
      return [users.why];
  }
}

/** The same for an address that is at hand. */
export function takeByUrl(url: string, taking: Taking): Promise<Taken<PostgresqlBody>> {
  return takeFrom(sourceByUrl(url, taking.ports), taking);
}

async function takeFrom(from: DumpSource, taking: Taking): Promise<Taken<PostgresqlBody>> {
  const { clock, progress } = taking;
  const snapshot = await openSnapshot(() => from.connect());
  try {
    const takenAt = clock.now();
    const { source, databaseClock, roles } = snapshot;
    const dumper = await from.dumper(source.serverVersion);
    progress(`dumping ${source.database} (PostgreSQL ${source.serverVersion})`);
    const content = await new Dump(taking, snapshot, dumper).dumpAndCount();
    await snapshot.stillHeld();
    const empty = emptiness({ source, content });
    if (empty !== undefined) progress(empty);
    return {
      takenAt,
      versions: { pgDump: await dumper.version },
      body: { databaseClock, source, content, roles: [...roles] },
    };
  } finally {
    await snapshot.close();
  }
}

class Dump {
  readonly #taking: Taking;
  readonly #snapshot: Snapshot;
  readonly #dumper: Dumper;
  readonly #failed = new AbortController();
  readonly #signal: AbortSignal;

  constructor(taking: Taking, snapshot: Snapshot, dumper: Dumper) {
    this.#taking = taking;
    this.#snapshot = snapshot;
    this.#dumper = dumper;
    this.#signal = AbortSignal.any([taking.signal, this.#failed.signal]);
  }

  /** Both at once; when one fails the other is ended, and the first failure is the cause. */
  async dumpAndCount(): Promise<PostgresqlBody["content"]> {
    let first: unknown;
    const failed = (thrown: unknown): undefined => {
      first ??= this.#failed.signal.aborted ? this.#failed.signal.reason : thrown;
      this.#failed.abort(thrown);
      return undefined;
    };
    const { db } = this.#snapshot;
    // A question under way would be waited for otherwise, however large its table is.
    this.#signal.addEventListener("abort", () => void this.#snapshot.close(), { once: true });
    // Before pg_dump reads them: a number it finds lies between this one and the last.
    const before = await sequencesOf(db);
    const storing = this.#taking
      .storePart(dumpFile, this.#dumper.dump(this.#snapshot.name, this.#signal), this.#failed.signal)
      .catch(failed);
    const counting = contentOf(db, this.#taking.systems, () => {
      if (this.#failed.signal.aborted) throw this.#failed.signal.reason;
      refuseAborted(this.#taking.signal);
    }).catch(failed);
    const [dump, counted] = await Promise.all([storing, counting]);
    refuseAborted(this.#taking.signal);
    if (dump === undefined || counted === undefined) throw first;
    const until = new Map((await sequencesOf(db)).map(({ name, last }) => [name, last]));
    const sequences = before.map((one) => ({ ...one, until: until.get(one.name) ?? one.last }));
    return { ...counted, sequences };
  }
}
