import type { Call } from "./call.ts";
import { at, both } from "./pick.ts";

const maps = "/api/v1/namespaces/contract/configmaps";
const call = { about: "watch", as: "admin", method: "GET" } as const;
const merge = { "content-type": "application/merge-patch+json" };

/** A watch's answer is a list of its events. */
const events = (body: unknown): unknown =>
  listOf(body)
    .filter((event) => at(event, "type") !== "BOOKMARK")
    .map((event) => [at(event, "type"), at(event, "object.kind"), at(event, "object.metadata.name")]);

/** What a bookmark carries, without its version: its kind, and whether it ends the first events. */
const bookmarks = (body: unknown): unknown => {
  const first = listOf(body).find((event) => at(event, "type") === "BOOKMARK");
  return first === undefined
    ? "none"
    : [
        at(first, "object.kind"),
        at(first, "object.apiVersion"),
        at(first, "object.data") ?? null,
        at(first, "object.metadata.name") || null,
        at(first, "object.metadata.annotations") ?? null,
      ];
};

function listOf(body: unknown): readonly unknown[] {
  return Array.isArray(body) ? body : [];
}

export const watchCalls: readonly Call[] = [
  {
    ...call,
    id: "watch-begin",
    path: `${maps}?fieldSelector=metadata.name%3Dapplied`,
    look: (body) => at(body, "items.metadata.name"),
  },
  {
    ...call,
    id: "watch-change",
    method: "PATCH",
    path: `${maps}/applied`,
    headers: merge,
    body: { data: { w: "1" } },
    look: (body) => at(body, "kind"),
  },
  {
    ...call,
    id: "watch-add",
    method: "POST",
    path: maps,
    body: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "watched" } },
    look: (body) => at(body, "kind"),
  },
  { ...call, id: "watch-delete", method: "DELETE", path: `${maps}/watched`, look: (body) => at(body, "status") },
  {
    ...call,
    id: "watch",
    path: `${maps}?watch=1&timeoutSeconds=1&resourceVersion={watch-begin.metadata.resourceVersion}`,
    look: events,
  },
  {
    ...call,
    id: "watch-selected",
    path: `${maps}?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Dapplied&resourceVersion={watch-begin.metadata.resourceVersion}`,
    look: events,
  },
  {
    ...call,
    id: "watch-first-events",
    path: `${maps}?watch=1&timeoutSeconds=2&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&fieldSelector=metadata.name%3Dapplied`,
    look: (body) => [at(body, "kind"), at(body, "reason"), at(body, "code")],
  },
  {
    ...call,
    id: "watch-bookmark",
    path: `${maps}?watch=1&timeoutSeconds=2&allowWatchBookmarks=true&resourceVersion={watch-begin.metadata.resourceVersion}`,
    look: both(events, bookmarks),
    differs: "bookmarks come every 100 ms here and about once a minute there, so that clients meet many",
  },
  {
    ...call,
    id: "watch-metadata",
    path: `${maps}?watch=1&timeoutSeconds=1&resourceVersion={watch-begin.metadata.resourceVersion}`,
    headers: { accept: "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1" },
    look: events,
  },
  {
    ...call,
    id: "watch-bad-version",
    path: `${maps}?watch=1&timeoutSeconds=1&resourceVersion=yesterday`,
    look: (body) => [at(body, "kind"), at(body, "reason"), at(body, "code")],
    differs: "no client of ours names a version that it was not given",
  },
];
