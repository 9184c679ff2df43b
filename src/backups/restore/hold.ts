import type { BackupPorts } from "../../kernel/backup-ports.ts";
import type { BackupStore } from "../../platform/backup-stores.ts";
import { kindOf } from "../kinds/index.ts";
import type { HeldPlace } from "./contract.ts";
import { lend, type RestoreOptions } from "./restore.ts";

/** The place of a store, held where its kind asks for that; otherwise as it is declared, and what is there is as it was planned. */
export async function holdPlace<Config extends BackupStore | undefined>(
  config: Config,
  options: RestoreOptions,
  ports: BackupPorts,
): Promise<Omit<HeldPlace<BackupStore | Config>, "isThere"> & { readonly isThere: boolean | undefined }> {
  const restore = config === undefined ? undefined : kindOf(config.kind).restore;
  if (config === undefined || restore?.hold === undefined)
    return { config, isThere: undefined, release: () => Promise.resolve([]) };
  return restore.hold(config, lend(options, ports));
}
