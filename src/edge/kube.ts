import type { KubeReader, KubeWriter } from "../kernel/kube.ts";
import {
  inClusterConnection,
  type KubeConfigOptions,
  type KubeConnection,
  readKubeconfig,
  readKubeconfigText,
} from "./kube-config.ts";
import { discovery } from "./kube-discovery.ts";
import { exec } from "./kube-exec.ts";
import { execStream } from "./kube-exec-stream.ts";
import { can, get, list, logs, pages } from "./kube-read.ts";
import { type KubeTransport, openTransport } from "./kube-transport.ts";
import { watch } from "./kube-watch.ts";
import { apply, create, mergePatch, remove, scale } from "./kube-write.ts";

export interface KubeOptions extends KubeConfigOptions {
  /** What we call ourselves to the server: `millwright/0.1.0`. */
  readonly userAgent: string;
  /** One exchange; 30 s when left out. */
  readonly timeoutMs?: number | undefined;
  /** Where a pod's own address and port of the API server stand; asked only without a kubeconfig. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
}

/** A cluster to look at. What is returned has no way to write. Throws `InputError` for a kubeconfig that cannot be used. */
export function openKubeReader(options: KubeOptions): KubeReader {
  return readerOf(transportOf(options));
}

/** A cluster to change; only procedures are given one. */
export function openKubeWriter(options: KubeOptions): KubeWriter {
  const transport = transportOf(options);
  return {
    ...readerOf(transport),
    create: (type, object, how) => create(transport, type, object, how),
    mergePatch: (name, patch, how) => mergePatch(transport, name, patch, how),
    apply: (type, object, how) => apply(transport, type, object, how),
    delete: (name, how) => remove(transport, name, how),
    scale: (name, replicas, how) => scale(transport, name, replicas, how),
    exec: (pod, how) => exec(transport, pod, how),
    execStream: (pod, how) => execStream(transport, pod, how),
  };
}

function transportOf(options: KubeOptions): KubeTransport {
  return openTransport(connectionOf(options), options);
}

function connectionOf(options: KubeOptions): KubeConnection {
  if (options.kubeconfigText !== undefined) return readKubeconfigText(options.kubeconfigText, options);
  if (options.kubeconfig !== undefined) return readKubeconfig(options.kubeconfig, options);
  return inClusterConnection(options.environment ?? {});
}

function readerOf(transport: KubeTransport): KubeReader {
  return {
    label: transport.label,
    get: (name) => get(transport, name),
    list: (type, selection) => list(transport, type, selection),
    pages: (type, selection) => pages(transport, type, selection),
    watch: (type, selection, signal) => watch(transport, type, selection, signal),
    logs: (pod, options) => logs(transport, pod, options),
    discovery: () => discovery(transport),
    can: (right) => can(transport, right),
  };
}
