import type { IncomingMessage } from "node:http";
import * as z from "zod";
import { SystemError } from "../kernel/errors.ts";
import { jsonOr } from "../kernel/json.ts";
import type { KubeEvent, KubeList, KubeSelection, KubeType } from "../kernel/kube.ts";
import { pathOfType, queryOf, rightOn, selectorsOf } from "./kube-path.ts";
import { list } from "./kube-read.ts";
import { objectOf, unread } from "./kube-reply.ts";
import type { KubeTransport } from "./kube-transport.ts";

/** The server ends a watch by itself after this; a connection that says nothing for longer is taken for dead. */
const watchSeconds = 240;

const Line = z.object({ type: z.string(), object: z.unknown() });
const Gone = z.object({ code: z.number().optional(), message: z.string().optional() });

/**
 * Lists, then follows from there. Whatever ends the connection, it goes on from the last resourceVersion seen (bookmarks move
 * it forward while nothing happens); when the server no longer has that (410), it lists again. The first list must succeed.
 */
export async function* watch(
  transport: KubeTransport,
  type: KubeType,
  selection: KubeSelection,
  signal: AbortSignal,
): AsyncGenerator<KubeEvent, void, undefined> {
  const place: Place = { seen: undefined, begun: false };
  let failures = 0;
  while (!signal.aborted) {
    try {
      yield* once(transport, type, selection, place, signal);
      failures = 0;
    } catch (thrown) {
      if (signal.aborted) return;
      if (!(thrown instanceof SystemError) || thrown.remedy === "stop" || !place.begun) throw thrown;
      failures += 1;
    }
    await pause(failures, signal);
  }
}

/** Where a watch stands: the last resourceVersion seen, none when it has to list. */
interface Place {
  seen: string | undefined;
  begun: boolean;
}

async function* once(
  transport: KubeTransport,
  type: KubeType,
  selection: KubeSelection,
  place: Place,
  signal: AbortSignal,
): AsyncGenerator<KubeEvent, void, undefined> {
  if (place.seen === undefined) {
    const { items, resourceVersion } = await listOrThrow(transport, type, selection);
    place.seen = resourceVersion;
    place.begun = true;
    yield { kind: "listed", items, resourceVersion };
  }
  for await (const event of follow(transport, type, selection, place.seen, signal)) {
    place.seen = event.kind === "gone" ? undefined : (event.resourceVersion ?? place.seen);
    if (event.kind === "gone") return;
    yield event.event;
  }
}

async function listOrThrow(transport: KubeTransport, type: KubeType, selection: KubeSelection): Promise<KubeList> {
  const listed = await list(transport, type, selection);
  if (listed.kind === "known") return listed.value;
  const why = listed.kind === "unknown" ? `${listed.why} ${listed.howToLearn}` : `${listed.source}: it is not served.`;
  throw new SystemError(why, "stop");
}

type Followed =
  | { readonly kind: "gone" }
  | { readonly kind: "event"; readonly event: KubeEvent; readonly resourceVersion: string | undefined };

async function* follow(
  transport: KubeTransport,
  type: KubeType,
  selection: KubeSelection,
  resourceVersion: string,
  signal: AbortSignal,
): AsyncGenerator<Followed, void, undefined> {
  const query = queryOf({
    ...selectorsOf(selection),
    watch: true,
    allowWatchBookmarks: true,
    resourceVersion,
    timeoutSeconds: watchSeconds,
  });
  const path = pathOfType(type, selection.namespace) + query;
  const accept =
    selection.metadataOnly === true ? "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1" : undefined;
  const silence = AbortSignal.any([signal, AbortSignal.timeout((watchSeconds + 30) * 1000)]);
  const request = { method: "GET", path, alone: true, ...(accept === undefined ? {} : { accept }) } as const;
  const response = await transport.stream(request, silence);
  try {
    const status = response.statusCode ?? 0;
    if (status === 410) yield { kind: "gone" };
    else if (status === 200) yield* eventsOf(response);
    else refuse(transport, status, rightOn("watch", { ...type, ...selection }));
  } finally {
    response.destroy();
  }
}

function refuse(transport: KubeTransport, status: number, right: ReturnType<typeof rightOn>): never {
  const said = unread(transport, { status, body: "", retryAfterSeconds: undefined }, right);
  throw new SystemError(said.kind === "unknown" ? said.why : `${transport.label}: nothing to watch.`, "stop");
}

/** One event a line. */
async function* eventsOf(response: IncomingMessage): AsyncGenerator<Followed, void, undefined> {
  let rest = "";
  try {
    response.setEncoding("utf8");
    for await (const chunk of response as AsyncIterable<string>) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.trim() !== "") yield eventOf(line);
    }
  } catch (thrown) {
    throw thrown instanceof SystemError ? thrown : new SystemError("The watch was cut.", "retry", { cause: thrown });
  }
}

function eventOf(line: string): Followed {
  const parsed = Line.safeParse(jsonOr(line));
  if (!parsed.success) throw new SystemError("The watch was cut.", "retry");
  const { type, object } = parsed.data;
  if (type === "ERROR") return goneOrThrow(object);
  const found = objectOf(object);
  const { resourceVersion } = found.metadata;
  if (type === "BOOKMARK")
    return { kind: "event", event: { kind: "bookmark", resourceVersion: resourceVersion ?? "" }, resourceVersion };
  return { kind: "event", event: { kind: kinds[type] ?? "modified", object: found }, resourceVersion };
}

const kinds: Readonly<Record<string, "added" | "deleted">> = { ADDED: "added", DELETED: "deleted" };

function goneOrThrow(object: unknown): Followed {
  const { code, message = "no reason given" } = Gone.safeParse(object).data ?? {};
  if (code === 410) return { kind: "gone" };
  throw new SystemError(`The watch ended: ${message}.`, "retry");
}

/** None after a watch that ended well, then up to 30 s. */
function pause(failures: number, signal: AbortSignal): Promise<void> {
  const millis = failures === 0 ? 0 : Math.min(30_000, 100 * 2 ** Math.min(failures, 9));
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, millis);
    signal.addEventListener("abort", done);
    if (signal.aborted) done();
  });
}
