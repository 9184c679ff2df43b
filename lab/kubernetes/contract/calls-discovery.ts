import type { Call } from "./call.ts";
import { at, pick } from "./pick.ts";

const aggregated = { accept: "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json" };

const protobuf = { accept: "application/com.github.proto-openapi.spec.v2@v1.0+protobuf" };

/** Of a list, the entries that both serve. */
function entry(list: string, key: string, name: string, ...fields: readonly string[]): (body: unknown) => unknown {
  return (body) => {
    const entries = at(body, list);
    const found = Array.isArray(entries) ? entries.find((one) => at(one, key) === name) : undefined;
    return Object.fromEntries(fields.map((field) => [field, at(found, field) ?? null]));
  };
}

const resource = (name: string) => entry("resources", "name", name, "singularName", "kind", "namespaced", "shortNames");
const admin = { about: "discovery", as: "admin", method: "GET" } as const;

export const discoveryCalls: readonly Call[] = [
  { ...admin, id: "version", path: "/version", look: pick("major", "minor", "platform") },
  { ...admin, id: "healthy", path: "/readyz", look: (body) => body },
  { ...admin, id: "api", path: "/api", look: pick("kind", "versions") },
  { ...admin, id: "apis", path: "/apis", look: entry("groups", "name", "apps", "versions", "preferredVersion") },
  { ...admin, id: "core", path: "/api/v1", look: resource("pods") },
  { ...admin, id: "core-namespaces", path: "/api/v1", look: resource("namespaces") },
  { ...admin, id: "apps", path: "/apis/apps/v1", look: resource("deployments") },
  {
    ...admin,
    id: "scale-listed",
    path: "/apis/apps/v1",
    look: entry("resources", "name", "deployments/scale", "singularName", "namespaced", "kind", "verbs"),
  },
  { ...admin, id: "all-at-once", path: "/apis", headers: aggregated, look: pick("kind", "apiVersion") },
  {
    ...admin,
    id: "all-at-once-apps",
    path: "/apis",
    headers: aggregated,
    look: (body) => deploymentsIn(firstOfApps(body)),
  },
  // What it holds is the server's own; kubectl before 1.24 reads it in this form alone.
  { ...admin, id: "openapi-2", path: "/openapi/v2", headers: protobuf, look: () => "read" },
  { ...admin, id: "no-such-group", path: "/apis/example.org/v1" },
  { ...admin, id: "no-such-type", path: "/api/v1/namespaces/contract/gadgets" },
  { ...admin, id: "no-such-path", path: "/nothing" },
];

const deploymentsIn = entry(
  "resources",
  "resource",
  "deployments",
  "responseKind.kind",
  "scope",
  "singularResource",
  "shortNames",
);

function firstOfApps(body: unknown): unknown {
  const items = at(body, "items");
  const apps = Array.isArray(items) ? items.find((one) => at(one, "metadata.name") === "apps") : undefined;
  const versions = at(apps, "versions");
  return Array.isArray(versions) ? versions[0] : undefined;
}
