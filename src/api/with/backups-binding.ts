import type { BackupsBinding } from "../../backups/server/config.ts";
import { jobRunner } from "../../backups/server/job-runner.ts";
import { withSecrets } from "../../backups/server/secrets.ts";
import { InputError } from "../../kernel/errors.ts";
import type { KubeWriter } from "../../kernel/kube.ts";
import type { Building } from "./capability.ts";
import { openClusterBy } from "./cluster.ts";

/** The server's side of backups, the runner bound in: a process of ours, or a Job where the environment says so. */
export function backupsBinding({ parts, ports }: Pick<Building, "parts" | "ports">): BackupsBinding {
  const file = (): string | undefined => parts.configFile()?.name;
  const process = withSecrets(ports.openBackupRunner(file, parts.dataFolder), parts.config, (ref) =>
    parts.useSecret(ref, "backups"),
  );
  const cluster = async (environment: string): Promise<KubeWriter> => {
    const declared = parts.config().clusters.find((one) => one.environment === environment);
    if (declared === undefined)
      throw new InputError(
        `no cluster of ${environment} is declared, so no Job can be started there (docs/backups.md)`,
      );
    return openClusterBy({ parts, ports }, declared, declared.backup ?? declared.kubeconfig);
  };
  const runner = jobRunner({
    process,
    cluster,
    declared: (environment) => {
      const found = parts.config().backups.environments.find((one) => one.environment === environment);
      return found?.runner === "job" ? found.job : undefined;
    },
    pause: (millis, signal) => ports.probes.wait(millis, signal),
  });
  return { store: parts.store, config: () => parts.config().backups, runner };
}
