import type { Call } from "./call.ts";
import { at, both, pick } from "./pick.ts";

const apply = { "content-type": "application/apply-patch+yaml" };
const path = "/api/v1/namespaces/contract/configmaps/applied";
const wanted = (data: object): object => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "applied" }, data });
const owners = (body: unknown): unknown => {
  const fields = at(body, "metadata.managedFields");
  return Array.isArray(fields)
    ? fields
        .map((one) => [at(one, "manager"), at(one, "operation"), at(one, "fieldsType"), at(one, "fieldsV1")])
        .toSorted((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1))
    : null;
};
const call = { about: "apply", as: "admin", method: "PATCH", headers: apply } as const;

/** Server-side apply: owners, conflicts, and what is dropped. */
export const applyCalls: readonly Call[] = [
  {
    ...call,
    id: "apply-new",
    path: `${path}?fieldManager=first`,
    body: wanted({ a: "1", b: "1" }),
    look: both(pick("data"), owners),
  },
  {
    ...call,
    id: "apply-again",
    path: `${path}?fieldManager=first`,
    body: wanted({ a: "1", b: "1" }),
    look: pick("data"),
  },
  { ...call, id: "apply-conflict", path: `${path}?fieldManager=second`, body: wanted({ a: "2" }) },
  { ...call, id: "apply-two-conflicts", path: `${path}?fieldManager=second`, body: wanted({ a: "2", b: "2" }) },
  {
    ...call,
    id: "apply-same-value",
    path: `${path}?fieldManager=second`,
    body: wanted({ a: "1", c: "1" }),
    look: both(pick("data"), owners),
  },
  {
    ...call,
    id: "apply-forced",
    path: `${path}?fieldManager=second&force=true`,
    body: wanted({ a: "2" }),
    look: both(pick("data"), owners),
  },
  {
    ...call,
    id: "apply-dropped",
    path: `${path}?fieldManager=first`,
    body: wanted({}),
    look: both(pick("data"), owners),
  },
  {
    ...call,
    id: "apply-no-manager",
    path,
    body: wanted({}),
    look: pick("kind", "status", "message", "reason", "code"),
  },
  {
    ...call,
    id: "apply-other-name",
    path: `${path}?fieldManager=first`,
    body: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "else" } },
    look: pick("kind", "reason", "code"),
  },
  {
    ...call,
    id: "edit-applied",
    path: `${path}?fieldManager=kubectl-edit`,
    headers: { "content-type": "application/merge-patch+json" },
    body: { data: { a: "9" } },
    look: both(pick("data"), owners),
  },
  {
    ...call,
    id: "apply-over-edit",
    path: `${path}?fieldManager=second`,
    body: wanted({ a: "2" }),
    look: pick("kind", "reason", "code"),
  },
];
