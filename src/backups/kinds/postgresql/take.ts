import { InputError, SystemError } from "../../../kernel/errors.ts";
import type { PostgresqlStore } from "../../../platform/backup-stores.ts";
import { refuseAborted } from "../../parts.ts";
import type { Taken, Taking } from "../../store-kind.ts";
import type { PostgresqlBody } from "./body.ts";
import { contentOf, sequencesOf } from "./content.ts";
import { type Dumper, dumpCall, dumperFor, versionOf } from "./pg-dump.ts";
import { openSnapshot, type Snapshot } from "./source.ts";

const dumpFile = "dump.pgdump";

/** Dumps and counts the database of an address; both see one exported snapshot. */
export async function take({ url: ref }: PostgresqlStore, taking: Taking): Promise<Taken<PostgresqlBody>> {
  if (ref === undefined) throw new InputError("databases in a pod are not backed up by this version; name a url");
  return takeByUrl(await taking.secret(ref), taking);
}

/** The same for an address that is at hand. */
export async function takeByUrl(url: string, taking: Taking): Promise<Taken<PostgresqlBody>> {
  const { ports, clock, progress } = taking;
  const snapshot = await openSnapshot(url, ports);
  try {
    const takenAt = clock.now();
    const { source, databaseClock, roles } = snapshot;
    const dumper = await dumperFor(source.serverVersion, ports);
    progress(`dumping ${source.database} (PostgreSQL ${source.serverVersion})`);
    const content = await new Dump(url, taking, snapshot, dumper).dumpAndCount();
    await snapshot.stillHeld();
    return {
      takenAt,
      versions: { pgDump: await versionOf(dumper.file, ports) },
      body: { databaseClock, source, content, roles: [...roles] },
    };
  } finally {
    await snapshot.close();
  }
}

class Dump {
  readonly #url: string;
  readonly #taking: Taking;
  readonly #snapshot: Snapshot;
  readonly #dumper: Dumper;
  readonly #failed = new AbortController();
  readonly #signal: AbortSignal;

  constructor(url: string, taking: Taking, snapshot: Snapshot, dumper: Dumper) {
    this.#url = url;
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
    const storing = this.#taking.storePart(dumpFile, this.#dumped(), this.#failed.signal).catch(failed);
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

  /** pg_dump's output; throws at its end when the program did not end well. */
  async *#dumped(): AsyncGenerator<Uint8Array> {
    const call = dumpCall(this.#dumper, this.#url, this.#snapshot.name, this.#signal);
    const running = this.#taking.ports.programs.start(call);
    let whole = false;
    try {
      yield* running.output;
      const { status, signal: killedBy, errors } = await running.ended;
      if (status !== 0) {
        const words = errors
          .split("\n")
          .filter((line) => /error|fatal/i.test(line))
          .slice(0, 3)
          .join("; ");
        throw new SystemError(
          `pg_dump did not end well (${killedBy ?? status}): ${words === "" ? errors.slice(0, 300) : words}`,
          killedBy === null ? "stop" : "retry",
        );
      }
      whole = true;
    } finally {
      if (!whole) running.stop();
    }
  }
}
