import {
  at,
  entriesAt,
  itemsAt,
  type Mapping,
  type Node,
  type Scalar,
  scalarAt,
  textAt,
  walk,
} from "../kernel/tree.ts";
import type { Manifest } from "./contract.ts";

type StoreProduct = "postgresql" | "redis" | "mysql" | "mongodb" | "minio";

/** Software that keeps data, deployed by plain manifests or an operator's resource. */
export interface Store {
  readonly product: StoreProduct;
  readonly name: string;
  readonly manifest: Manifest;
  /** The image reference; undefined where an operator chooses it. */
  readonly image: Scalar | undefined;
  /** The image's tag, unless it is a template. */
  readonly tag: string | undefined;
  /** Whether its data outlives the pod. */
  readonly persistent: boolean;
  /** Host names, without domain, by which others reach it. */
  readonly hosts: readonly string[];
}

/** The last part of an image's name tells the product; exporters and clients have names of their own. */
const products: Readonly<Record<string, StoreProduct>> = {
  postgres: "postgresql",
  postgresql: "postgresql",
  postgis: "postgresql",
  pgvector: "postgresql",
  redis: "redis",
  valkey: "redis",
  mysql: "mysql",
  mariadb: "mysql",
  mongo: "mongodb",
  mongodb: "mongodb",
  minio: "minio",
};

/** Folders whose manifests deploy nothing by themselves: sources of charts, samples, tests. */
const notDeployed = /(?:^|\/)(?:templates|tests?|testdata|examples?|samples?|fixtures)\//;

/** The stores among manifests. */
export function storesIn(manifests: readonly Manifest[]): readonly Store[] {
  const services = manifests.filter((manifest) => manifest.kind === "Service");
  return manifests.flatMap((manifest) => {
    if (manifest.name === "" || notDeployed.test(manifest.file.path)) return [];
    if (manifest.apiVersion.startsWith("postgresql.cnpg.io/") && manifest.kind === "Cluster")
      return [cluster(manifest)];
    if (manifest.kind !== "StatefulSet" && manifest.kind !== "Deployment") return [];
    return workload(manifest, services) ?? [];
  });
}

/** The containers of a workload, init containers left out. */
export function containersOf(manifest: Manifest): readonly Node[] {
  return itemsAt(podSpecOf(manifest), "containers");
}

/** The pod specification of a Pod, a workload, a Job or a CronJob. */
export function podSpecOf(manifest: Manifest): Node | undefined {
  if (manifest.kind === "CronJob") return at(manifest.root, "spec", "jobTemplate", "spec", "template", "spec");
  if (manifest.kind === "Pod") return at(manifest.root, "spec");
  return at(manifest.root, "spec", "template", "spec");
}

/** Every text below a node, joined by spaces: enough to look for a word. */
export function wordsIn(node: Node | undefined): string {
  const words: string[] = [];
  if (node !== undefined) {
    walk(node, (here) => {
      if (here.kind === "scalar") words.push(here.text);
      return true;
    });
  }
  return words.join(" ");
}

/** Name and tag of an image reference; the tag is undefined when missing or a template. */
export function splitReference(reference: string): { readonly name: string; readonly tag: string | undefined } {
  const plain = reference.split("@", 1)[0] ?? "";
  const colon = plain.lastIndexOf(":");
  if (colon <= plain.lastIndexOf("/")) return { name: plain, tag: undefined };
  const tag = plain.slice(colon + 1);
  return { name: plain.slice(0, colon), tag: /^[\w][\w.-]*$/.test(tag) ? tag : undefined };
}

function workload(manifest: Manifest, services: readonly Manifest[]): Store | undefined {
  for (const container of containersOf(manifest)) {
    const image = scalarAt(container, "image");
    if (image === undefined) continue;
    const { name, tag } = splitReference(image.text);
    const product = products[name.slice(name.lastIndexOf("/") + 1).toLowerCase()];
    if (product === undefined) continue;
    const hosts = [manifest.name, ...servicesOf(manifest, services)];
    return { product, name: manifest.name, manifest, image, tag, persistent: keepsData(manifest), hosts };
  }
  return undefined;
}

function cluster(manifest: Manifest): Store {
  const image = scalarAt(manifest.root, "spec", "imageName");
  const tag = image === undefined ? undefined : splitReference(image.text).tag;
  const hosts = ["rw", "r", "ro"].map((role) => `${manifest.name}-${role}`);
  return { product: "postgresql", name: manifest.name, manifest, image, tag, persistent: true, hosts };
}

function keepsData(manifest: Manifest): boolean {
  if (itemsAt(manifest.root, "spec", "volumeClaimTemplates").length > 0) return true;
  return itemsAt(podSpecOf(manifest), "volumes").some(
    (volume) => at(volume, "persistentVolumeClaim") !== undefined || at(volume, "hostPath") !== undefined,
  );
}

function servicesOf(manifest: Manifest, services: readonly Manifest[]): readonly string[] {
  const labels = at(manifest.root, "spec", "template", "metadata", "labels");
  if (labels?.kind !== "mapping") return [];
  return services
    .filter((service) => service.namespace === manifest.namespace && selects(service, labels))
    .map(({ name }) => name);
}

function selects(service: Manifest, labels: Mapping): boolean {
  const selector = entriesAt(service.root, "spec", "selector");
  return (
    selector.length > 0 &&
    selector.every(({ key }) => textAt(labels, key.text) === textAt(service.root, "spec", "selector", key.text))
  );
}
