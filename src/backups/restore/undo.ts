import type { BackupPorts } from "../../kernel/backup-ports.ts";
import { InputError, messageOf, SystemError } from "../../kernel/errors.ts";
import type { BackupStore } from "../../platform/backup-stores.ts";
import { kindOf } from "../kinds/index.ts";
import { catalogueOf } from "../repository/catalogue.ts";
import { manifestOf } from "../repository/read-manifest.ts";
import type { SealedBody } from "../store-kind.ts";
import { holdPlace } from "./hold.ts";
import { keepRestore, type RestoreRecord } from "./record.ts";
import { lend, type RestoreOptions, sealedBody } from "./restore.ts";

type StoreState = RestoreRecord["stores"][number];

const over: ReadonlySet<StoreState["state"]> = new Set(["not-begun", "undone"]);

/** Takes a restore in place back, the last store first. What cannot be taken back is told, and the rest is. */
export async function undoRestore(
  record: RestoreRecord,
  options: RestoreOptions,
  ports: BackupPorts,
): Promise<RestoreRecord> {
  const stores: StoreState[] = [];
  for (const one of record.stores.toReversed()) {
    if (options.signal.aborted) throw new SystemError("taking it back was broken off; do it again", "stop");
    stores.unshift(over.has(one.state) ? one : { ...one, ...(await undoOne(one, options, ports)) });
  }
  const state = stores.every((one) => over.has(one.state)) ? "undone" : "failed";
  const done: RestoreRecord = { ...record, state, endedAt: options.clock.now(), stores };
  await keepRestore(done, options);
  return done;
}

async function undoOne(
  { store, safety }: StoreState,
  options: RestoreOptions,
  ports: BackupPorts,
): Promise<Pick<StoreState, "state" | "words">> {
  const { repository, declared } = options;
  try {
    const config = declared.find((one) => `${one.component}/${one.store}` === store);
    if (config === undefined || kindOf(config.kind).restore?.undo === undefined)
      throw new InputError(`${store} is not taken back by itself`);
    const before = catalogueOf(await repository.snapshots()).backups.find(({ id }) => id === safety);
    const sealed = before === undefined ? undefined : sealedBody(await manifestOf(before, repository));
    return { state: "undone", words: await takeBack(config, sealed, options, ports) };
  } catch (thrown) {
    if (!(thrown instanceof InputError) && !(thrown instanceof SystemError)) throw thrown;
    return { state: "failed", words: [messageOf(thrown)] };
  }
}

/** In the store's own place, held meanwhile. */
async function takeBack(
  config: BackupStore,
  safety: SealedBody<unknown> | undefined,
  options: RestoreOptions,
  ports: BackupPorts,
): Promise<string[]> {
  const place = await holdPlace(config, options, ports);
  const words: string[] = [];
  try {
    words.push(...((await kindOf(config.kind).restore?.undo?.(place.config, safety, lend(options, ports))) ?? []));
  } finally {
    const left = await place.release();
    for (const one of left) options.progress(one);
    words.push(...left);
  }
  return words;
}
