import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import type { KeyPair } from "./certificates.ts";
import { type Exec, runOverSocket } from "./exec.ts";
import { followLog, logKey } from "./follow-log.ts";
import { general, noSuchPath, type Said } from "./general.ts";
import { type LogBook, shownOf } from "./logs.ts";
import { type Attributes, isAllowed, refusalWords, type User } from "./rbac.ts";
import { getObject, listObjects, shownTo, watchObjects } from "./read.ts";
import { type Asked, attributesOf, bodyOf, statusOf, type Target, targetOf } from "./request.ts";
import { scaleOf } from "./scale.ts";
import { type Details, detailsOf, type ObjectStore, Refused } from "./store.ts";
import { tableOf, wantsTable } from "./table.ts";
import { writeObject } from "./write.ts";

/** One request as the target counts it. */
export interface Entry {
  readonly method: string;
  readonly path: string;
  readonly verb: string;
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly user: string;
  readonly accept: string;
  readonly status: number;
  readonly dryRun: boolean;
  /** What was sent, as it came. */
  readonly body: string;
}

/** Something that goes wrong on purpose, `times` times (for ever when left out), for the requests it matches. */
export interface Fault {
  readonly matches: (request: { readonly method: string; readonly path: string }) => boolean;
  readonly kind:
    | { readonly status: number; readonly message?: string; readonly retryAfterSeconds?: number }
    | { readonly delayMs: number }
    /** The connection ends without an answer: before the work was done, or after. */
    | { readonly cut: "before" | "after" };
  times?: number;
}

export interface ServerOptions {
  readonly store: ObjectStore;
  readonly certificate: KeyPair;
  readonly ca: string;
  readonly tokens: Map<string, User>;
  readonly logs: LogBook;
  readonly faults: Fault[];
  readonly entries: Entry[];
  readonly exec: Exec;
  readonly execProtocol: string | undefined;
  /** 0: any that is free. */
  readonly port: number;
  readonly bookmarkMs: number;
}

/** Serves the store over TLS on this machine. */
export async function serve(options: ServerOptions): Promise<{ readonly server: Server; readonly port: number }> {
  const { cert, key } = options.certificate;
  const server = createServer(
    { cert, key, ca: options.ca, requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      // A client that went away in the middle of its request.
      handle(request, response, options).catch(() => request.socket.destroy());
    },
  );
  server.on("upgrade", (request, socket: Duplex, head: Buffer) => upgrade(request, socket, head, options));
  server.listen(options.port, "127.0.0.1");
  await once(server, "listening");
  return { server, port: (server.address() as AddressInfo).port };
}

async function handle(request: IncomingMessage, response: ServerResponse, options: ServerOptions): Promise<void> {
  const url = new URL(request.url ?? "/", "https://lab");
  const fault = nextFault(options.faults, { method: request.method ?? "GET", path: url.pathname });
  if (fault !== undefined && (await failed(fault, request, response))) return;
  const user = userOf(request, options.tokens);
  const asked = await askedOf(request, url, user);
  if (user === undefined) return answer(response, 401, statusOf(401, "Unauthorized", "Unauthorized"));
  const cutAfter = fault !== undefined && "cut" in fault;
  respond(asked, response, options, cutAfter);
}

/** Whether the fault was the whole answer. */
async function failed(fault: Fault["kind"], request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  if ("delayMs" in fault) {
    await new Promise((done) => setTimeout(done, fault.delayMs));
    return false;
  }
  if ("cut" in fault) {
    if (fault.cut === "before") request.socket.destroy();
    return fault.cut === "before";
  }
  const { status, message = "the server is currently unable to handle the request", retryAfterSeconds } = fault;
  const headers = retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
  answer(response, status, statusOf(status, "ServiceUnavailable", message), headers);
  return true;
}

async function askedOf(request: IncomingMessage, url: URL, user: User | undefined): Promise<Asked> {
  return {
    method: request.method ?? "GET",
    path: url.pathname.replace(/\/+$/, "") || "/",
    query: url.searchParams,
    accept: request.headers.accept ?? "",
    contentType: request.headers["content-type"] ?? "",
    userAgent: request.headers["user-agent"] ?? "",
    user: user ?? { name: "system:anonymous", groups: ["system:unauthenticated"] },
    body: await bodyOf(request),
  };
}

function respond(asked: Asked, response: ServerResponse, options: ServerOptions, cutAfter: boolean): void {
  const { store, entries } = options;
  const target = targetOf(asked.path, (group, version, plural) => store.typeOf(group, version, plural));
  const attributes = target === undefined ? undefined : attributesOf(asked, target);
  try {
    if (attributes !== undefined && !isAllowed(store, asked.user, attributes))
      throw new Refused(403, "Forbidden", refusalWords(asked.user, attributes));
    const stream = target === undefined ? undefined : streamOf(asked, target, attributes);
    if (target !== undefined && stream !== undefined) {
      note(entries, asked, attributes, 200);
      return stream(target, asked, response, options);
    }
    const said = target === undefined ? general(asked, store) : onObject(asked, target, options);
    note(entries, asked, attributes, said.status);
    if (cutAfter) response.destroy();
    else answer(response, said.status, said.body, typeOf(said));
  } catch (thrown) {
    refuse(refusedBy(thrown), target, response, (status) => note(entries, asked, attributes, status));
  }
}

function refuse(
  refused: Refused,
  target: Target | undefined,
  response: ServerResponse,
  noted: (status: number) => void,
): void {
  noted(refused.status);
  // A path that belongs to no API is told by the server itself, in plain words.
  if (refused === noSuchPath) return answer(response, 404, "404 page not found\n", { "content-type": "text/plain" });
  const { status, reason, message } = refused;
  answer(response, status, statusOf(status, reason, message, refused.details ?? detailsFor(target, refused)));
}

/** What a refusal says of the thing that was asked for; of one that was not understood nothing. */
function detailsFor(target: Target | undefined, { status }: Refused): Details | undefined {
  if (target === undefined || ![403, 404, 409].includes(status)) return undefined;
  return detailsOf(target.served, target.name);
}

type Stream = (target: Target, asked: Asked, response: ServerResponse, options: ServerOptions) => void;

/** What answers for as long as the client stays. */
function streamOf(asked: Asked, target: Target, attributes: Attributes | undefined): Stream | undefined {
  if (attributes?.verb === "watch")
    return (of, query, response, options) => watchObjects(options.store, of, query, response, options);
  return target.subresource === "log" && asked.query.get("follow") === "true" ? followLog : undefined;
}

/** A fault of the lab's own is told as the real server tells one of its own. */
function refusedBy(thrown: unknown): Refused {
  return thrown instanceof Refused ? thrown : new Refused(500, "InternalError", String(thrown));
}

function typeOf({ type }: Said): Record<string, string> {
  return type === undefined ? {} : { "content-type": type };
}

function onObject(asked: Asked, target: Target, { store, logs }: ServerOptions): Said {
  if (asked.method !== "GET") {
    const { status, object } = writeObject(store, target, asked);
    return { status, body: object };
  }
  if (target.name === undefined) return { status: 200, body: listObjects(store, target, asked) };
  const object = getObject(store, target);
  if (target.subresource === "scale") return { status: 200, body: scaleOf(object) };
  if (target.subresource !== "log") {
    const isTable = wantsTable(asked) && target.subresource === undefined;
    return { status: 200, body: isTable ? tableOf(store, target.served, [object], asked) : shownTo(asked)(object) };
  }
  const text = logs.get(logKey(target, asked, logs)) ?? "";
  return { status: 200, body: shownOf(text, asked.query), type: "text/plain" };
}

function userOf(request: IncomingMessage, tokens: ReadonlyMap<string, User>): User | undefined {
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  if (token !== undefined) return tokens.get(token);
  const socket = request.socket as TLSSocket;
  const { subject } = socket.authorized ? socket.getPeerCertificate() : {};
  return subject === undefined
    ? undefined
    : { name: String(subject.CN), groups: [String(subject.O), "system:authenticated"] };
}

function nextFault(faults: Fault[], request: { method: string; path: string }): Fault["kind"] | undefined {
  const fault = faults.find((one) => (one.times ?? 1) > 0 && one.matches(request));
  if (fault?.times !== undefined) fault.times -= 1;
  return fault?.kind;
}

/** A lab that runs for days keeps its latest requests. */
const keptEntries = 50_000;

function note(entries: Entry[], asked: Asked, attributes: Attributes | undefined, status: number): void {
  if (entries.length >= 2 * keptEntries) entries.splice(0, keptEntries);
  entries.push({
    method: asked.method,
    path: asked.path,
    verb: attributes?.verb ?? asked.method.toLowerCase(),
    resource: attributes?.resource ?? asked.path.split("/").at(-1) ?? "",
    namespace: attributes?.namespace,
    name: attributes?.name,
    user: asked.user.name,
    accept: asked.accept,
    status,
    dryRun: asked.query.get("dryRun") === "All",
    body: asked.body,
  });
}

function answer(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body));
}

function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, options: ServerOptions): void {
  const { store, exec, execProtocol } = options;
  const url = new URL(request.url ?? "/", "https://lab");
  const target = targetOf(url.pathname, (group, version, plural) => store.typeOf(group, version, plural));
  const user = userOf(request, options.tokens);
  const refuse = (status: number, words: string): void => {
    socket.end(`HTTP/1.1 ${status} ${words}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
  };
  if (user === undefined) return refuse(401, "Unauthorized");
  if (target?.subresource !== "exec" || target.namespace === undefined || target.name === undefined)
    return refuse(404, "Not Found");
  const attributes = attributesOf({ method: "POST", query: url.searchParams }, target);
  if (!isAllowed(store, user, attributes)) return refuse(403, "Forbidden");
  if (store.get(target.served, target.namespace, target.name) === undefined) return refuse(404, "Not Found");
  const { namespace, name } = target;
  options.entries.push({
    method: "POST",
    path: url.pathname,
    verb: "create",
    resource: "pods",
    namespace,
    name,
    user: user.name,
    accept: "",
    status: 101,
    dryRun: false,
    body: "",
  });
  runOverSocket(request, socket, head, { namespace, name }, exec, execProtocol);
}
