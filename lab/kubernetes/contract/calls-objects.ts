import type { Call } from "./call.ts";
import { at, both, pick, present } from "./pick.ts";

const maps = "/api/v1/namespaces/contract/configmaps";
const configMap = (name: string, data: object, more: object = {}): object => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, ...more },
  data,
});
const named = (body: unknown): unknown => at(body, "items.metadata.name");
/** The end of a generated name is the server's. */
const listNames = (body: unknown): unknown => JSON.parse(JSON.stringify(named(body)).replace(/"g-\w{5}"/g, '"g-"'));
const call = { as: "admin" } as const;

/** Objects made and read. */
export const objectCalls: readonly Call[] = [
  {
    ...call,
    id: "made",
    about: "writes",
    method: "POST",
    path: `${maps}?fieldManager=contract`,
    body: configMap("one", { a: "1" }, { labels: { app: "web" } }),
    look: both(
      pick("kind", "apiVersion", "metadata.name", "metadata.namespace", "metadata.labels", "data"),
      present(
        "metadata.uid",
        "metadata.resourceVersion",
        "metadata.creationTimestamp",
        "metadata.generation",
        "status",
      ),
      pick("metadata.managedFields.manager", "metadata.managedFields.operation"),
    ),
  },
  { ...call, id: "made-twice", about: "writes", method: "POST", path: maps, body: configMap("one", {}) },
  {
    ...call,
    id: "made-nowhere",
    about: "writes",
    method: "POST",
    path: "/api/v1/namespaces/nowhere/configmaps",
    body: configMap("x", {}),
  },
  { ...call, id: "bad-name", about: "writes", method: "POST", path: maps, body: configMap("No_Good", {}) },
  {
    ...call,
    id: "no-name",
    about: "writes",
    method: "POST",
    path: maps,
    body: { apiVersion: "v1", kind: "ConfigMap", metadata: {} },
  },
  {
    ...call,
    id: "wrong-kind",
    about: "writes",
    method: "POST",
    path: maps,
    body: { apiVersion: "v1", kind: "Secret", metadata: { name: "x" } },
    look: pick("kind", "reason", "code", "details"),
  },
  {
    ...call,
    id: "generated",
    about: "writes",
    method: "POST",
    path: maps,
    body: { apiVersion: "v1", kind: "ConfigMap", metadata: { generateName: "g-" } },
    look: (body) => /^g-[a-z0-9]{5}$/.test(String(at(body, "metadata.name"))),
  },
  {
    ...call,
    id: "dry",
    about: "writes",
    method: "POST",
    path: `${maps}?dryRun=All`,
    body: configMap("dry", {}),
    look: pick("metadata.name"),
  },
  { ...call, id: "dry-left-nothing", about: "writes", method: "GET", path: `${maps}/dry` },
  { ...call, id: "missing", about: "reads", method: "GET", path: `${maps}/missing` },
  {
    ...call,
    id: "missing-deployment",
    about: "reads",
    method: "GET",
    path: "/apis/apps/v1/namespaces/contract/deployments/missing",
  },
  {
    ...call,
    id: "list",
    about: "reads",
    method: "GET",
    path: maps,
    look: both(pick("kind", "apiVersion"), listNames, pick("items.kind")),
  },
  { ...call, id: "list-by-label", about: "reads", method: "GET", path: `${maps}?labelSelector=app%3Dweb`, look: named },
  {
    ...call,
    id: "list-by-absence",
    about: "reads",
    method: "GET",
    path: `${maps}?labelSelector=app%21%3Dweb,app`,
    look: named,
  },
  {
    ...call,
    id: "list-by-name",
    about: "reads",
    method: "GET",
    path: `${maps}?fieldSelector=metadata.name%3Done`,
    look: named,
  },
  {
    ...call,
    id: "bad-selector",
    about: "reads",
    method: "GET",
    path: `${maps}?labelSelector=%3D%3D`,
    look: pick("kind", "reason", "code"),
  },
  {
    ...call,
    id: "page",
    about: "reads",
    method: "GET",
    path: "/apis/rbac.authorization.k8s.io/v1/namespaces/contract/roles?limit=1",
    look: both(named, present("metadata.resourceVersion")),
  },
  {
    ...call,
    id: "metadata-alone",
    about: "reads",
    method: "GET",
    path: maps,
    headers: { accept: "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1" },
    look: both(pick("kind", "apiVersion", "items.data"), listNames),
  },
  {
    ...call,
    id: "one-metadata-alone",
    about: "reads",
    method: "GET",
    path: `${maps}/one`,
    headers: { accept: "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1" },
    look: pick("kind", "apiVersion", "data"),
  },
];
