import { isReady } from "./rollout.ts";
import type { ObjectStore } from "./store.ts";
import type { Stored } from "./types.ts";

/** What a cluster does around its workloads: volumes are bound, Services find ready pods, an Ingress gets an address. */
export function stepSurroundings(store: ObjectStore): void {
  for (const claim of store.all("PersistentVolumeClaim")) bind(store, claim);
  for (const service of store.all("Service")) point(store, service);
  for (const ingress of store.all("Ingress")) address(store, ingress);
}

function bind(store: ObjectStore, claim: Stored): void {
  if ((claim["status"] as { readonly phase?: string } | undefined)?.phase !== undefined) return;
  const spec = claim["spec"] as { readonly resources?: { readonly requests?: unknown } } | undefined;
  const status = { phase: "Bound", accessModes: ["ReadWriteOnce"], capacity: spec?.resources?.requests ?? {} };
  const volumeName = `pvc-${claim.metadata.uid}`;
  store.update(store.typeOfObject(claim), claim, { ...claim, spec: { ...spec, volumeName }, status });
}

/** Slices that were seeded under another name stay as they are. */
function point(store: ObjectStore, service: Stored): void {
  const { selector } = (service["spec"] ?? {}) as { readonly selector?: Readonly<Record<string, string>> };
  if (selector === undefined) return;
  const { namespace = "default", name, uid = "" } = service.metadata;
  const pods = store
    .all("Pod")
    .filter(
      ({ metadata }) =>
        metadata.namespace === namespace &&
        Object.entries(selector).every(([key, value]) => metadata.labels?.[key] === value),
    );
  const endpoints = pods
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
    .map((pod) => ({
      addresses: ["10.42.0.7"],
      conditions: { ready: isReady(pod) },
      targetRef: { kind: "Pod", namespace, name: pod.metadata.name },
    }));
  const slice: Stored = {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: `${name}-lab`,
      namespace,
      labels: { "kubernetes.io/service-name": name },
      ownerReferences: [{ apiVersion: "v1", kind: "Service", name, uid, controller: true }],
    },
    addressType: "IPv4",
    endpoints,
  };
  const type = store.typeOfObject(slice);
  const seeded = store
    .all("EndpointSlice")
    .some(
      ({ metadata }) =>
        metadata.namespace === namespace &&
        metadata.labels?.["kubernetes.io/service-name"] === name &&
        metadata.name !== slice.metadata.name,
    );
  if (seeded) return;
  const live = store.get(type, namespace, slice.metadata.name);
  if (live === undefined) store.create(type, slice);
  else store.update(type, live, { ...live, endpoints });
}

function address(store: ObjectStore, ingress: Stored): void {
  if (ingress["status"] !== undefined) return;
  const status = { loadBalancer: { ingress: [{ ip: "127.0.0.1" }] } };
  store.update(store.typeOfObject(ingress), ingress, { ...ingress, status });
}
