import { basename } from "node:path";
import type { Recorder } from "../access/route.ts";
import { holdAllRuns } from "../engine/reconcile.ts";
import { millwright } from "../platform/actor.ts";
import type { ServerConfig } from "../platform/server-config.ts";
import { memoryIn } from "../store/memory.ts";
import { type OpenDatabase, openDatabase } from "../store/open.ts";
import type { Store } from "../store/store.ts";
import type { LiveConfig } from "./live-config.ts";
import { sealingKeys } from "./secret-sources.ts";
import { auditedSecrets } from "./secret-uses.ts";
import type { ServeOptions, ServePorts, ServerParts } from "./serve-ports.ts";

/** Everything of one server that is up: what its parts share. */
export interface Up extends ServerParts {
  readonly options: ServeOptions;
  readonly ports: ServePorts;
  readonly live: LiveConfig;
  readonly database: OpenDatabase;
  /** Why it only observes and writes nothing, whatever the configuration says. */
  readonly restored: string | undefined;
}

/** Long enough for a database that is started together with us. */
const waitForDatabaseSeconds = 120;

/** Opens the database, and says what it may be used for. Throws the reason of `stop` when that fires while it waits. */
export async function bringUp(
  options: ServeOptions,
  ports: ServePorts,
  live: LiveConfig,
  stop: AbortSignal,
): Promise<Up> {
  let accepted: string | undefined;
  const database = await openDatabase({
    target: await targetOf(live.current, options, ports),
    applicationName: `millwright ${ports.processId}`,
    poolSize: live.current.database.poolSize,
    statementTimeoutSeconds: live.current.database.statementTimeoutSeconds,
    migrates: options.only !== "worker",
    memory: memoryIn(live.current.stateFolder ?? options.data),
    acceptRestored: options.acceptRestored,
    async accepting(store, why) {
      accepted = why;
      await holdRuns(store, why, ports);
    },
    waitSeconds: waitForDatabaseSeconds,
    stop,
    clock: ports.clock,
    report: (message) => ports.log({ level: "warning", message }),
  });
  const { store, verdict } = database;
  const { clock } = ports;
  const restored = verdict.kind === "restored" ? `the database was restored: ${verdict.why}` : undefined;
  // A restored database takes no entry; the log then says what was used.
  const record: Recorder =
    restored === undefined ? ports.record : async (_, { task }) => ports.log({ level: "info", message: task });
  return {
    options,
    ports,
    live,
    database,
    store,
    restored,
    accepted,
    dataFolder: options.data,
    databaseUrl: database.url,
    clock,
    config: configReader(live, options),
    configFile: () => (live.file === undefined ? undefined : { ...live.file, problem: live.problem }),
    sealingKeys: () => sealingKeys(live.current.sealing, (ref) => ports.resolveSecret(ref, undefined)),
    version: ports.version,
    useSecret: auditedSecrets((ref) => ports.resolveSecret(ref, { store, sealing: live.current.sealing }), {
      store,
      clock,
      record,
    }),
    mode: () => (restored === undefined ? live.current.mode : "observe"),
    log: ports.log,
  };
}

/** Nothing that was begun before the backup goes on by itself: it may have been done since. */
async function holdRuns(store: Store, why: string, { clock, record }: ServePorts): Promise<void> {
  const now = clock.now();
  await store.transaction(async (part) => {
    const held = await holdAllRuns(part, now, `The database was restored: ${why}. Look at the targets, then resume.`);
    await record(part, {
      at: now,
      kind: "override",
      actor: millwright,
      task: "A restored database was accepted",
      issues: [why],
      evidence: { heldRuns: held },
    });
  });
}

async function targetOf({ database }: ServerConfig, { data }: ServeOptions, ports: ServePorts) {
  if (database.url !== undefined)
    return { kind: "url" as const, url: await ports.resolveSecret(database.url, undefined) };
  return { kind: "embedded" as const, folder: database.embedded ?? data, path: ports.programsPath };
}

/** Gives the configuration in force, with the folders that the command line added; the same object while nothing changes. */
function configReader(live: LiveConfig, options: ServeOptions): () => ServerConfig {
  let of = live.current;
  let made = configOf(of, options);
  return () => {
    if (of !== live.current) made = configOf(live.current, options);
    of = live.current;
    return made;
  };
}

function configOf(current: ServerConfig, { folders }: ServeOptions): ServerConfig {
  const added = folders.map((folder) => ({
    name:
      basename(folder)
        .toLowerCase()
        .replace(/[^a-z0-9-]+/g, "-")
        .replace(/^-+/, "") || "repository",
    folder,
    everyMinutes: 15,
  }));
  return { ...current, repositories: [...current.repositories, ...added] };
}
