import type { BackupsBinding } from "../../backups/server/config.ts";
import { withSecrets } from "../../backups/server/secrets.ts";
import type { Building } from "./capability.ts";

/** The server's side of backups, the runner bound in. */
export function backupsBinding({ parts, ports }: Pick<Building, "parts" | "ports">): BackupsBinding {
  const file = (): string | undefined => parts.configFile()?.name;
  const runner = withSecrets(ports.openBackupRunner(file), parts.config, (ref) => parts.useSecret(ref, "backups"));
  return { store: parts.store, config: () => parts.config().backups, runner };
}
