import type { Command } from "commander";
import type { KubeReader } from "../kernel/kube.ts";
import { folderOf } from "./platform.ts";
import type { Shell } from "./shell.ts";

/** How a user names a cluster. */
export interface ClusterOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly allowExec?: boolean;
  readonly allowInsecure?: boolean;
}

export function withClusterOptions(command: Command): Command {
  return command
    .option("--kubeconfig <file>", "how to reach the cluster; $KUBECONFIG, or a pod's own account, when left out")
    .option("--context <name>", "a context of the kubeconfig; its current one when left out")
    .option("--allow-exec", "run the program that the kubeconfig names for credentials")
    .option("--allow-insecure", "ask a server whose certificate is not checked");
}

/** The cluster that the options name, to look at. */
export function clusterOf(shell: Shell, options: ClusterOptions): Promise<KubeReader> {
  const named = options.kubeconfig ?? shell.variable("KUBECONFIG");
  const { context, allowExec, allowInsecure } = options;
  const kubeconfig = named === undefined || named === "" ? undefined : folderOf(shell, named);
  return shell.openCluster({ kubeconfig, context, allowExec, allowInsecure });
}
