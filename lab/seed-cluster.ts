import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadAll } from "js-yaml";
import { argoCdObjects, platformTypes } from "./argocd/definitions.ts";
import { certManagerObjects } from "./cert-manager/definitions.ts";
import type { LabCluster } from "./kubernetes/index.ts";
import { platformDefinitions } from "./kubernetes/platform.ts";
import { type StoreObject, storeNamespaces } from "./stores/objects.ts";

/** The namespaces in which procedures may act; Argo CD's is among them for its Applications. */
const acted = ["argocd", "gitlab", "sharinghub", "monitoring"];

/** The certificate that the way in shows; its Secret is called alike. */
export const ingressCertificate = { namespace: "gitlab", name: "lab-ingress" } as const;

/** What somebody set up in the cluster by hand: operators' types, namespaces, Millwright's accounts with their rights. */
export function seedCluster(cluster: LabCluster, rbacFolder: string): void {
  const namespaces = ["millwright", ...acted, "velero"].map((name) => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name },
  }));
  seedObjects(cluster, [
    ...namespaces,
    ...argoCdObjects,
    ...platformDefinitions,
    ...platformTypes,
  ] as readonly StoreObject[]);
  const manifests = readdirSync(rbacFolder)
    .filter((name) => name.endsWith(".yaml"))
    .flatMap((name) => loadAll(readFileSync(join(rbacFolder, name), "utf8")) as StoreObject[]);
  seedObjects(cluster, manifests.flatMap(boundWhereActed));
}

/** The files bind in the namespace `mlops`, as an example; here the namespaces are others, and more of them have data to save. */
function boundWhereActed(manifest: StoreObject): readonly StoreObject[] {
  if (manifest.kind !== "RoleBinding" || manifest.metadata.namespace !== "mlops") return [manifest];
  const namespaces = /backup|restorer/.test(manifest.metadata.name) ? [...acted, ...storeNamespaces] : acted;
  const bound = { ...manifest, ...(manifest.metadata.name === "millwright-backup-reader" ? byRunner : {}) };
  return namespaces.map((namespace) => ({ ...bound, metadata: { ...manifest.metadata, namespace } }));
}

/** One account for all of a backup, as the file allows it. */
const byRunner = {
  subjects: [{ kind: "ServiceAccount", name: "millwright-backup-runner", namespace: "millwright" }],
};

export function seedIngressCertificate(cluster: LabCluster, environment: string): void {
  const { namespace, name } = ingressCertificate;
  const spec = {
    secretName: name,
    dnsNames: ["localhost", `gitlab.${environment}.lab`, `sharinghub.${environment}.lab`],
    ipAddresses: ["127.0.0.1"],
    duration: "2160h",
    renewBefore: "360h",
    issuerRef: { name: "letsencrypt-prod", kind: "ClusterIssuer" },
  };
  seedObjects(cluster, [
    ...certManagerObjects,
    { apiVersion: "cert-manager.io/v1", kind: "Certificate", metadata: { namespace, name }, spec } as StoreObject,
  ] as readonly StoreObject[]);
}

export function seedTexts(cluster: LabCluster, texts: readonly (string | undefined)[]): void {
  seedObjects(
    cluster,
    texts.flatMap((text) => loadAll(text ?? "") as StoreObject[]),
  );
}

/** Puts objects there that are not there yet; those that are stay as people changed them. */
export function seedObjects(cluster: LabCluster, manifests: readonly StoreObject[]): void {
  for (const manifest of manifests) {
    const type = cluster.store.typeOfObject(manifest as never);
    const namespace = type.namespaced ? manifest.metadata.namespace : undefined;
    if (cluster.store.get(type, namespace, manifest.metadata.name) === undefined) cluster.seed([manifest]);
  }
}
