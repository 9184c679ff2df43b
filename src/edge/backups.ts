import { readFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import type { BackupPorts } from "../kernel/backup-ports.ts";
import { InputError, messageOf, SystemError } from "../kernel/errors.ts";
import type { KubeWriter } from "../kernel/kube.ts";
import type { Http } from "../kernel/ports.ts";
import { handedSecrets, supervised } from "./backup-runner.ts";
import { openKeys } from "./key-files.ts";
import { openBucket } from "./object-store.ts";
import { openProbeHttp } from "./probe-http.ts";
import { programs } from "./programs.ts";
import { openFolder } from "./restore-folder.ts";
import { connectDatabase } from "./restored-database.ts";
import { scratchFolders } from "./scratch.ts";
import { resolveSecret } from "./secrets.ts";
import { connectSource } from "./source-database.ts";
import { openSpill } from "./spill.ts";
import { openSqlite } from "./sqlite-file.ts";
import { storedFiles } from "./stored-files.ts";

/** Names of the environment that restic and its backends read (restic.readthedocs.io, "Environment Variables"); never a password of ours. */
const forRestic =
  /^(?:AWS_\w+|RESTIC_(?:KEY_HINT|CACERT|TLS_CLIENT_CERT)|ST_\w+|OS_\w+|B2_\w+|AZURE_\w+|GOOGLE_\w+|RCLONE_\w+|SSH_AUTH_SOCK)$/;

/** They need nothing of the environment. */
const ports: BackupPorts = {
  programs,
  files: storedFiles,
  scratch: scratchFolders,
  connect: connectDatabase,
  connectSource,
  openFolder,
  openSpill,
  openSqlite,
  openKeys,
  openBucket,
  openHttp: (ca) => openProbeHttp({ userAgent: "millwright backup", ...(ca === undefined ? {} : { ca }) }),
};

/** What proving backups touches of this machine. */
export function openBackups(environment: Readonly<Record<string, string | undefined>>) {
  /** Of a reference that only a server reads; one that supervises us handed it over. */
  const handedOr = (written: string, otherwise: string): string => {
    const found = handedSecrets(environment).get(written);
    if (found === undefined) throw new InputError(otherwise);
    return found;
  };
  const secret = async (ref: Parameters<typeof resolveSecret>[0]): Promise<string> => {
    if (ref.kind === "kubernetes")
      return handedOr(
        `kubernetes:${ref.namespace}/${ref.name}/${ref.key}`,
        "secrets of a cluster are not read here; write it to a file (chmod 600) and name that",
      );
    if (ref.kind === "store")
      return handedOr(`store:${ref.name}`, "a secret kept by a server is not read here; name a file or a variable");
    return resolveSecret(ref, { environment, cluster: noCluster, stored: async () => undefined });
  };
  return {
    ports,
    scratch: tmpdir(),
    path: environment["PATH"] ?? "",
    host: hostname(),
    environment: Object.fromEntries(
      Object.entries(environment).flatMap(([name, value]) =>
        value !== undefined && forRestic.test(name) ? [[name, value]] : [],
      ),
    ),
    secret,
    /** The cluster of a kubeconfig, or the one we run in; a file is read in its place, so that it may name others beside it. */
    async cluster(
      kubeconfig: Parameters<typeof resolveSecret>[0] | undefined,
      context: string | undefined,
    ): Promise<KubeWriter> {
      const { openKubeWriter } = await import("./kube.ts");
      return openKubeWriter({
        ...(kubeconfig?.kind === "file" ? { kubeconfig: kubeconfig.path } : {}),
        ...(kubeconfig === undefined || kubeconfig.kind === "file"
          ? {}
          : { kubeconfigText: { name: "the backup runner's kubeconfig", text: await secret(kubeconfig) } }),
        context,
        userAgent: "millwright backup",
        environment,
      });
    },
    trusting,
    interrupted,
  };
}

/** The file is read at each use: certificates are renewed. */
function trusting(caFile: string): Http {
  let ca: string;
  try {
    ca = readFileSync(caFile, "utf8");
  } catch (thrown) {
    throw new InputError(`the certificates to trust cannot be read: ${messageOf(thrown)}`, { cause: thrown });
  }
  return openProbeHttp({ userAgent: "millwright backup", ca });
}

function noCluster(): never {
  throw new Error("secrets of a cluster are handed over");
}

/** So that servers and folders are removed when a person breaks the work off. */
function interrupted(): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const stop = (): void =>
    controller.abort(new SystemError("it was broken off; what it left counts for nothing", "stop"));
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  // Whoever started us is gone when our input ends: what we work on has no reader any more.
  if (process.env[supervised] === "1") process.stdin.on("close", stop).on("error", stop).resume();
  return {
    signal: controller.signal,
    release: () => {
      process.off("SIGINT", stop);
      process.off("SIGTERM", stop);
      if (process.env[supervised] === "1") process.stdin.off("close", stop).off("error", stop).pause();
    },
  };
}
