import { openApi } from "./openapi.ts";
import type { Asked } from "./request.ts";
import { apiVersionOf, type ServedType } from "./types.ts";

const verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

/** What people type instead of the plural. */
const shortNames: Readonly<Record<string, readonly string[]>> = {
  configmaps: ["cm"],
  cronjobs: ["cj"],
  customresourcedefinitions: ["crd", "crds"],
  daemonsets: ["ds"],
  deployments: ["deploy"],
  endpoints: ["ep"],
  events: ["ev"],
  horizontalpodautoscalers: ["hpa"],
  ingresses: ["ing"],
  namespaces: ["ns"],
  nodes: ["no"],
  persistentvolumeclaims: ["pvc"],
  persistentvolumes: ["pv"],
  poddisruptionbudgets: ["pdb"],
  pods: ["po"],
  replicasets: ["rs"],
  resourcequotas: ["quota"],
  serviceaccounts: ["sa"],
  services: ["svc"],
  statefulsets: ["sts"],
  applications: ["app", "apps"],
};

const serverVersion = { major: "1", minor: "31", gitVersion: "v1.31.4+lab", platform: "linux/amd64" };

/** The answers to what a server serves; undefined for another path. */
export function discoveryOf(types: readonly ServedType[], { path, accept }: Asked): unknown {
  if (path === "/version") return serverVersion;
  if (path === "/openapi/v3" || path.startsWith("/openapi/v3/")) return openApi(types, path);
  const core = types.filter(({ group }) => group === "");
  const groups = types.filter(({ group }) => group !== "");
  const wantsAll = accept.includes("APIGroupDiscoveryList");
  if (path === "/api")
    return wantsAll ? aggregated(core) : { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [] };
  if (path === "/apis") return wantsAll ? aggregated(groups) : groupList(groups);
  const groupVersion = path.replace(/^\/apis?\//, "");
  const own = types.filter((type) => apiVersionOf(type) === groupVersion);
  return own.length === 0 || !/^\/apis?\//.test(path) ? undefined : resourceList(groupVersion, own);
}

function byGroup(types: readonly ServedType[]): ReadonlyMap<string, ReadonlyMap<string, readonly ServedType[]>> {
  const groups = new Map<string, Map<string, ServedType[]>>();
  for (const type of types) {
    const versions = groups.get(type.group) ?? new Map<string, ServedType[]>();
    versions.set(type.version, [...(versions.get(type.version) ?? []), type]);
    groups.set(type.group, versions);
  }
  return groups;
}

function aggregated(types: readonly ServedType[]): unknown {
  return {
    kind: "APIGroupDiscoveryList",
    apiVersion: "apidiscovery.k8s.io/v2",
    metadata: {},
    items: [...byGroup(types)].map(([group, versions]) => ({
      metadata: { name: group },
      versions: [...versions].map(([version, own]) => ({
        version,
        freshness: "Current",
        resources: own.map(({ plural, kind, namespaced, subresources }) => ({
          resource: plural,
          responseKind: { group, version, kind },
          scope: namespaced ? "Namespaced" : "Cluster",
          singularResource: kind.toLowerCase(),
          shortNames: shortNames[plural] ?? [],
          verbs,
          subresources: subresources.map((subresource) => ({
            subresource,
            responseKind: { group, version, kind },
            verbs: ["get", "patch", "update"],
          })),
        })),
      })),
    })),
  };
}

function groupList(types: readonly ServedType[]): unknown {
  return {
    kind: "APIGroupList",
    apiVersion: "v1",
    groups: [...byGroup(types)].map(([name, versions]) => {
      const all = [...versions.keys()].map((version) => ({ groupVersion: `${name}/${version}`, version }));
      return { name, versions: all, preferredVersion: all[0] };
    }),
  };
}

const subresourceVerbs: Readonly<Record<string, readonly string[]>> = { log: ["get"], exec: ["create", "get"] };

function resourceList(groupVersion: string, types: readonly ServedType[]): unknown {
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion,
    resources: types.flatMap(({ plural, kind, namespaced, subresources }) => [
      { name: plural, singularName: kind.toLowerCase(), shortNames: shortNames[plural] ?? [], kind, namespaced, verbs },
      ...subresources.map((one) => ({
        name: `${plural}/${one}`,
        singularName: "",
        kind: one === "scale" ? "Scale" : kind,
        namespaced,
        verbs: subresourceVerbs[one] ?? ["get", "patch", "update"],
      })),
    ]),
  };
}
