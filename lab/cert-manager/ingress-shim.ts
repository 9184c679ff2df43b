import type { ObjectStore } from "../kubernetes/store.ts";
import type { Stored } from "../kubernetes/types.ts";

const annotation = "cert-manager.io/cluster-issuer";

/** An Ingress that names an issuer gets a Certificate for each of its Secrets (cert-manager.io/docs/usage/ingress). */
export function stepIngresses(store: ObjectStore): void {
  for (const ingress of store.all("Ingress")) {
    const issuer = ingress.metadata.annotations?.[annotation];
    const { tls = [] } = (ingress["spec"] ?? {}) as {
      readonly tls?: readonly { readonly secretName?: string; readonly hosts?: readonly string[] }[];
    };
    if (issuer === undefined) continue;
    for (const { secretName, hosts = [] } of tls)
      if (secretName !== undefined) ensure(store, ingress, { secretName, hosts, issuer });
  }
}

interface Wanted {
  readonly secretName: string;
  readonly hosts: readonly string[];
  readonly issuer: string;
}

/** A Certificate of the same name that another Ingress owns is left alone: the second claim gets nothing. */
function ensure(
  store: ObjectStore,
  { apiVersion, kind, metadata }: Stored,
  { secretName, hosts, issuer }: Wanted,
): void {
  const { namespace = "default", name, uid = "" } = metadata;
  const type = store.typeOfObject({ apiVersion: "cert-manager.io/v1", kind: "Certificate" });
  const spec = {
    secretName,
    dnsNames: hosts,
    issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: issuer },
  };
  const live = store.get(type, namespace, secretName);
  if (live === undefined) {
    const ownerReferences = [{ apiVersion, kind, name, uid, controller: true }];
    store.create(type, {
      apiVersion: "cert-manager.io/v1",
      kind: "Certificate",
      metadata: { name: secretName, namespace, ownerReferences },
      spec,
    });
    return;
  }
  if (live.metadata.ownerReferences?.some((one) => one.uid === uid) === true)
    store.update(type, live, { ...live, spec: { ...(live["spec"] as object), ...spec } });
}
