import type { BackupsBinding } from "../../backups/server/config.ts";
import type { Building } from "./capability.ts";

/** The server's side of backups, the runner bound in. */
export function backupsBinding({ parts, ports }: Pick<Building, "parts" | "ports">): BackupsBinding {
  const file = (): string | undefined => parts.configFile()?.name;
  return { store: parts.store, config: () => parts.config().backups, runner: ports.openBackupRunner(file) };
}
