import type { ServerResponse } from "node:http";
import type { Asked, Target } from "./request.ts";
import { type Change, nameOf, type ObjectStore, Refused } from "./store.ts";
import { tableOf, wantsTable } from "./table.ts";
import { apiVersionOf, type ServedType, type Stored } from "./types.ts";

/** What an answer holds of an object: all, or only its metadata (PartialObjectMetadata). */
export function shownTo(asked: Asked): (object: Stored) => unknown {
  if (!asked.accept.includes("as=PartialObjectMetadata")) return (object) => object;
  return ({ metadata }) => ({ apiVersion: "meta.k8s.io/v1", kind: "PartialObjectMetadata", metadata });
}

export function getObject(store: ObjectStore, target: Target): Stored {
  const { served, namespace, name = "" } = target;
  const found = store.get(served, namespace, name);
  if (found === undefined) throw new Refused(404, "NotFound", `${nameOf(served, name)} not found`);
  return found;
}

/** A page: `limit` objects after the one that the token names. */
export function listObjects(store: ObjectStore, target: Target, asked: Asked): unknown {
  const { served, namespace } = target;
  const all = store.list(served, namespace).filter(selected(asked.query));
  const limit = Number(asked.query.get("limit") ?? 0);
  const start = Number(Buffer.from(asked.query.get("continue") ?? "", "base64url").toString() || 0);
  const page = limit === 0 ? all : all.slice(start, start + limit);
  const more = start + page.length < all.length && limit !== 0;
  const remaining = more ? { continue: Buffer.from(String(start + page.length)).toString("base64url") } : {};
  if (wantsTable(asked)) {
    const table = tableOf(store, served, page, asked);
    return { ...table, metadata: { resourceVersion: store.version, ...remaining } };
  }
  const show = shownTo(asked);
  const partial = asked.accept.includes("as=PartialObjectMetadataList");
  return {
    apiVersion: partial ? "meta.k8s.io/v1" : apiVersionOf(served),
    kind: partial ? "PartialObjectMetadataList" : `${served.kind}List`,
    metadata: {
      resourceVersion: store.version,
      ...remaining,
    },
    // Items of a list of a built-in type carry no kind of their own.
    items: page.map((object) => {
      if (partial || served.group.includes(".")) return show(object);
      const { apiVersion: _, kind: __, ...rest } = object;
      return rest;
    }),
  };
}

/** Label and field selectors; of fields those that clients use most. */
function selected(query: URLSearchParams): (object: Stored) => boolean {
  const terms = (text: string | null): readonly string[] =>
    (text ?? "")
      .split(",")
      .filter((term) => term !== "")
      .map(readable);
  const labels = terms(query.get("labelSelector"));
  const fields = terms(query.get("fieldSelector"));
  return (object) =>
    labels.every((term) => holds(term, (key) => object.metadata.labels?.[key])) &&
    fields.every((term) => holds(term, (path) => fieldAt(object, path)));
}

/** Sets (`in (a,b)`) are not known here, and refused rather than read wrongly. */
function readable(term: string): string {
  if (/^!?[\w./-]+$|^[\w./-]+\s*(?:==|=|!=)\s*[\w.:/-]*$/.test(term.trim())) return term.trim();
  throw new Refused(400, "BadRequest", `unable to parse requirement: ${term}`);
}

function holds(term: string, value: (key: string) => string | undefined): boolean {
  const found = /^([^!=]+?)\s*(==|=|!=)\s*(.*)$/.exec(term);
  if (found === null) return term.startsWith("!") ? value(term.slice(1)) === undefined : value(term) !== undefined;
  const [, key = "", sign, wanted] = found;
  return sign === "!=" ? value(key) !== wanted : value(key) === wanted;
}

function fieldAt(object: Stored, path: string): string | undefined {
  let here: unknown = object;
  for (const step of path.split(".")) here = (here as Record<string, unknown> | undefined)?.[step];
  return here === undefined ? undefined : typeof here === "string" ? here : JSON.stringify(here);
}

export interface WatchTiming {
  readonly bookmarkMs: number;
}

/** Streams what happens from a resourceVersion on; a version that was compacted away is told as 410, as the real server does. */
export function watchObjects(
  store: ObjectStore,
  target: Target,
  asked: Asked,
  response: ServerResponse,
  timing: WatchTiming,
): void {
  const { served, namespace } = target;
  // Of 1.31 this is a feature that is off (WatchList).
  if (asked.query.has("sendInitialEvents"))
    throw new Refused(
      422,
      "Invalid",
      'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled',
    );
  const isSelected = selected(asked.query);
  const show = wantsTable(asked) ? (object: Stored) => tableOf(store, served, [object], asked) : shownTo(asked);
  const write = (type: string, object: unknown): void => void response.write(`${JSON.stringify({ type, object })}\n`);
  response.writeHead(200, { "content-type": "application/json" });
  response.flushHeaders();
  const from = Number(asked.query.get("resourceVersion") ?? 0);
  const missed = from === 0 ? store.list(served, namespace).map((object) => change(served, object)) : store.since(from);
  if (missed === undefined) {
    write("ERROR", {
      kind: "Status",
      status: "Failure",
      reason: "Expired",
      code: 410,
      message: `too old resource version: ${from}`,
    });
    response.end();
    return;
  }
  const tell = ({ type, served: of, object }: Change): void => {
    if (of.group !== served.group || of.plural !== served.plural) return;
    if (namespace !== undefined && object.metadata.namespace !== namespace) return;
    if (isSelected(object)) write(type, show(object));
  };
  for (const one of missed) tell(one);
  const stop = store.watch(tell);
  const bookmarks = setInterval(() => {
    const metadata = { name: "", resourceVersion: store.version };
    if (asked.query.get("allowWatchBookmarks") === "true")
      write("BOOKMARK", { apiVersion: apiVersionOf(served), kind: served.kind, metadata });
  }, timing.bookmarkMs);
  const seconds = Number(asked.query.get("timeoutSeconds") ?? 1800);
  const end = setTimeout(() => response.end(), seconds * 1000);
  response.on("close", () => {
    stop();
    clearInterval(bookmarks);
    clearTimeout(end);
  });
}

function change(served: ServedType, object: Stored): Change {
  return { version: 0, type: "ADDED", served, object };
}
