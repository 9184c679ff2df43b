import { sql } from "kysely";
import { messageOf, SystemError } from "../kernel/errors.ts";
import type { Clock } from "../kernel/ports.ts";
import { type EmbeddedServer, startEmbedded } from "./embedded.ts";
import { beat, type DatabaseVerdict, type Generation, judgeDatabase, readGeneration } from "./generation.ts";
import type { Memory } from "./memory.ts";
import { migrate, schemaProblem } from "./migrations/runner.ts";
import { openStore, type Store } from "./store.ts";

export interface DatabaseOptions {
  readonly target:
    | { readonly kind: "url"; readonly url: string }
    | { readonly kind: "embedded"; readonly folder: string; readonly path: string };
  readonly applicationName: string;
  readonly poolSize: number;
  readonly statementTimeoutSeconds: number;
  /** Whether this process brings the schema up to date: the server does, a worker waits for it. */
  readonly migrates: boolean;
  /** undefined: there is no place outside of the database to remember in. */
  readonly memory: Memory | undefined;
  /** A person says that a restored database is the one to go on with. */
  readonly acceptRestored: boolean;
  /** Asked before a restored database that was accepted is marked as the one in use. */
  readonly accepting?: (store: Store, why: string) => Promise<void>;
  /** How long to wait for a database that does not answer yet. */
  readonly waitSeconds: number;
  /** Ends the wait at once, and the work on the schema: `openDatabase` then throws its reason. */
  readonly stop?: AbortSignal;
  readonly clock: Clock;
  /** For the log. */
  readonly report: (message: string) => void;
}

export interface OpenDatabase {
  /** Refuses every write while `verdict` is `restored`. */
  readonly store: Store;
  /** For what opens its own connections. Never shown. */
  readonly url: string;
  readonly verdict: DatabaseVerdict;
  /** Marks the database as in use; call it every minute. Does nothing while it counts as restored. */
  beat(): Promise<void>;
  /** Ends the connections, and our own server when nobody else uses it. */
  close(): Promise<void>;
}

/** How long a change of the schema that was cancelled may take to be undone. */
const takeBackMillis = 8000;

/**
 * Opens the database for a server or a worker: starts our own server where none is named, waits for one that is away, brings
 * the schema up to date, and finds out whether it was restored: then it is open for reading only, and says why.
 */
export async function openDatabase(options: DatabaseOptions): Promise<OpenDatabase> {
  const { target, applicationName, poolSize, statementTimeoutSeconds } = options;
  const own =
    target.kind === "embedded"
      ? await startEmbedded({ ...target, report: options.report, stop: options.stop })
      : undefined;
  const url = target.kind === "url" ? target.url : (own?.url ?? "");
  const open = (readOnly: boolean): Store =>
    openStore({ url, applicationName, poolSize, statementTimeoutSeconds, readOnly });
  const writing = open(false);
  try {
    await answered(writing, options);
    const verdict = await prepare(writing, options);
    if (verdict.kind !== "restored") return opened(writing, { url, verdict, own, options });

    options.report(sayRestored(verdict));
    await writing.close();
    return opened(open(true), { url, verdict, own, options });
  } catch (thrown) {
    // A connection that is still being tried may take ten seconds more to give up: whoever is told to end does not wait for it.
    const closed = writing.close();
    if (isReason(thrown, options.stop)) void closed.catch(() => undefined);
    else await closed;
    await own?.stop();
    throw thrown;
  }
}

type Restored = Extract<DatabaseVerdict, { readonly kind: "restored" }>;

interface Opened {
  readonly url: string;
  readonly verdict: DatabaseVerdict;
  readonly own: EmbeddedServer | undefined;
  readonly options: DatabaseOptions;
}

function opened(store: Store, { url, verdict, own, options }: Opened): OpenDatabase {
  return {
    store,
    url,
    verdict,
    async beat() {
      if (verdict.kind !== "restored") await mark(store, options);
    },
    async close() {
      await store.close();
      await own?.stop();
    },
  };
}

/** Judged before the schema is touched: it may be somebody else's database. */
async function prepare(store: Store, options: DatabaseOptions): Promise<DatabaseVerdict> {
  const remembered = await options.memory?.read();
  const verdict = judgeDatabase(await generationIn(store), remembered);
  if (verdict.kind === "restored" && !options.acceptRestored) return leaveAsItIs(store, verdict);
  await bringUpToDate(store, options);
  if (verdict.kind === "restored") await options.accepting?.(store, verdict.why);
  await mark(store, options, remembered?.number ?? 0);
  return verdict.kind === "restored" ? { kind: "same" } : verdict;
}

async function bringUpToDate(store: Store, { migrates, clock, stop }: DatabaseOptions): Promise<void> {
  if (migrates) await unless(stop, migrate(store, clock.now(), undefined, stop), takeBackMillis);
  const problem = await schemaProblem(store);
  if (problem !== undefined) throw new SystemError(problem, "stop");
}

async function leaveAsItIs(store: Store, verdict: Restored): Promise<Restored> {
  const problem = await schemaProblem(store);
  if (problem !== undefined) throw new SystemError(`${sayRestored(verdict)} Besides, ${problem}.`, "stop");
  return verdict;
}

async function generationIn(store: Store): Promise<Generation | undefined> {
  const { rows } = await sql<{ name: string | null }>`select to_regclass('generation')::text as name`.execute(
    store.tables(),
  );
  return rows[0]?.name === null ? undefined : readGeneration(store);
}

async function mark(store: Store, { memory, clock }: DatabaseOptions, atLeast = 0): Promise<void> {
  const anchor = await beat(store, clock.now(), atLeast);
  await memory?.write(anchor);
}

function sayRestored({ why, lastBeatAt }: Restored): string {
  return `This database seems to have been restored: ${why}. What was done after ${lastBeatAt} may be missing in it, so it is open for reading only: look at what runs on the platform, then start once with --accept-restored.`;
}

async function answered(store: Store, { waitSeconds, stop, report }: DatabaseOptions): Promise<void> {
  for (let waited = 0; ; waited += 1) {
    try {
      await unless(stop, sql`select 1`.execute(store.tables()));
      return;
    } catch (thrown) {
      if (!(thrown instanceof SystemError) || thrown.remedy === "stop" || waited >= waitSeconds) throw thrown;
      if (waited === 0) report(`${messageOf(thrown)}; waiting for it, at most ${waitSeconds} s`);
      await unless(stop, pause(1000));
    }
  }
}

/** Waits for the work, but no longer than until `stop` and the time the work then has to end; throws its reason then. */
async function unless(stop: AbortSignal | undefined, work: Promise<unknown>, graceMillis = 0): Promise<void> {
  let end: (() => void) | undefined;
  const stopped = new Promise<void>((resolve) => {
    end = graceMillis === 0 ? resolve : () => setTimeout(resolve, graceMillis).unref();
    if (stop?.aborted === true) end();
    stop?.addEventListener("abort", end, { once: true });
  });
  try {
    await Promise.race([stopped, work]);
    stop?.throwIfAborted();
  } finally {
    if (end !== undefined) stop?.removeEventListener("abort", end);
  }
}

function isReason(thrown: unknown, stop: AbortSignal | undefined): boolean {
  return stop?.aborted === true && thrown === stop.reason;
}

function pause(millis: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, millis);
  });
}
