import type { KubeReader, KubeWriter } from "../../kernel/kube.ts";
import { formatSecretRef, type SecretRef } from "../../platform/secret-ref.ts";
import type { ServerConfig } from "../../platform/server-config.ts";
import type { Building } from "./capability.ts";

type Cluster = ServerConfig["clusters"][number];

interface Opening {
  readonly parts: Pick<Building["parts"], "useSecret">;
  readonly ports: Pick<Building["ports"], "openCluster">;
}

/** A cluster by the kubeconfig that a reference names; without one, the cluster that this process runs in. */
export async function openClusterBy(
  { parts, ports }: Opening,
  { environment, context }: Pick<Cluster, "environment" | "context">,
  kubeconfig: SecretRef | undefined,
): Promise<KubeWriter> {
  if (kubeconfig === undefined) return ports.openCluster(undefined, undefined);
  const text = await parts.useSecret(kubeconfig, `cluster of ${environment}`);
  // A file stays one: what it names beside itself is read there, and its token file again and again.
  return kubeconfig.kind === "file"
    ? ports.openCluster({ file: kubeconfig.path }, context)
    : ports.openCluster({ name: formatSecretRef(kubeconfig), text }, context);
}

/** A cluster to look at, with the observer's credential, in every mode. */
export function observedCluster(opening: Opening, cluster: Cluster): Promise<KubeReader> {
  return openClusterBy(opening, cluster, cluster.kubeconfig);
}

/** Clusters to look at that stay open from one look to the next; one that is configured otherwise is opened anew. */
export class ObservedClusters {
  readonly #opening: Opening;
  readonly #open = new Map<string, { readonly from: string; readonly reader: KubeReader }>();

  constructor(opening: Opening) {
    this.#opening = opening;
  }

  async reader(cluster: Cluster): Promise<KubeReader> {
    const from = JSON.stringify(cluster);
    const open = this.#open.get(cluster.environment);
    if (open?.from === from) return open.reader;
    const reader = await observedCluster(this.#opening, cluster);
    this.#open.set(cluster.environment, { from, reader });
    return reader;
  }

  /** A credential that was exchanged is read anew at the next look. */
  forget(environment: string): void {
    this.#open.delete(environment);
  }
}
