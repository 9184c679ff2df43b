import type { KubeName, KubeObject, KubeRight, KubeType, KubeWriteOptions, KubeWritten } from "../kernel/kube.ts";
import { wait } from "./clock.ts";
import { pathOfObject, pathOfType, queryOf, rightAsWords, rightOn } from "./kube-path.ts";
import { jsonOf, objectOf, refusal, wordsOf } from "./kube-reply.ts";
import type { KubeReply, KubeRequest, KubeTransport } from "./kube-transport.ts";

interface Precondition {
  readonly resourceVersion?: string | undefined;
}

export function create(
  transport: KubeTransport,
  type: KubeType,
  object: KubeObject,
  options: KubeWriteOptions,
): Promise<KubeWritten> {
  const path = pathOfType(type, object.metadata.namespace) + writeQuery(options);
  const right = rightOn("create", { ...type, namespace: object.metadata.namespace });
  return write(transport, { method: "POST", path, body: object }, right);
}

export function mergePatch(
  transport: KubeTransport,
  name: KubeName,
  patch: Readonly<Record<string, unknown>>,
  options: KubeWriteOptions & Precondition,
  subresource?: string,
): Promise<KubeWritten> {
  return write(
    transport,
    {
      method: "PATCH",
      path: pathOfObject(name, subresource) + writeQuery(options),
      contentType: "application/merge-patch+json",
      body: withVersion(patch, options.resourceVersion),
    },
    rightOn("patch", name, subresource),
  );
}

/** A resourceVersion inside a patch is a precondition: the server answers 409 when the object has moved on. */
function withVersion(patch: Readonly<Record<string, unknown>>, resourceVersion: string | undefined): unknown {
  if (resourceVersion === undefined) return patch;
  const metadata = typeof patch["metadata"] === "object" ? patch["metadata"] : {};
  return { ...patch, metadata: { ...metadata, resourceVersion } };
}

export function apply(
  transport: KubeTransport,
  type: KubeType,
  object: KubeObject,
  options: KubeWriteOptions & { readonly force?: boolean | undefined },
): Promise<KubeWritten> {
  const { name, namespace } = object.metadata;
  const target: KubeName = { ...type, name, namespace };
  const query = queryOf({ ...parametersOf(options), force: options.force });
  return write(
    transport,
    { method: "PATCH", path: pathOfObject(target) + query, contentType: "application/apply-patch+yaml", body: object },
    rightOn("patch", target),
  );
}

export function remove(
  transport: KubeTransport,
  name: KubeName,
  options: Precondition & {
    readonly uid?: string | undefined;
    readonly dryRun?: boolean | undefined;
    readonly propagation?: "Background" | undefined;
  } = {},
): Promise<KubeWritten> {
  const { uid, resourceVersion, dryRun, propagation } = options;
  const body = {
    apiVersion: "v1",
    kind: "DeleteOptions",
    ...(uid === undefined && resourceVersion === undefined ? {} : { preconditions: { uid, resourceVersion } }),
    ...(dryRun === true ? { dryRun: ["All"] } : {}),
    ...(propagation === undefined ? {} : { propagationPolicy: propagation }),
  };
  return write(transport, { method: "DELETE", path: pathOfObject(name), body }, rightOn("delete", name), name);
}

export function scale(
  transport: KubeTransport,
  name: KubeName,
  replicas: number,
  options: KubeWriteOptions & Precondition,
): Promise<KubeWritten> {
  return mergePatch(transport, name, { spec: { replicas } }, options, "scale");
}

function parametersOf({ fieldManager, dryRun }: KubeWriteOptions): { fieldManager: string; dryRun?: string } {
  return dryRun === true ? { fieldManager, dryRun: "All" } : { fieldManager };
}

function writeQuery(options: KubeWriteOptions): string {
  return queryOf(parametersOf(options));
}

/** Sent once: only 429, which the server says before it looks at the request, is tried again. */
async function write(
  transport: KubeTransport,
  request: KubeRequest,
  right: KubeRight,
  deleted?: KubeName,
): Promise<KubeWritten> {
  const once: KubeRequest = { ...request, alone: true };
  let reply = await transport.ask(once);
  for (let attempt = 1; reply.status === 429 && attempt < 3; attempt += 1) {
    await wait(Math.min(10, reply.retryAfterSeconds ?? 1) * 1000);
    reply = await transport.ask(once);
  }
  return writtenOf(transport, reply, right, deleted);
}

function writtenOf(
  transport: KubeTransport,
  reply: KubeReply,
  right: KubeRight,
  deleted: KubeName | undefined,
): KubeWritten {
  const asked = rightAsWords(right);
  const said = wordsOf(reply.body);
  const why = `${asked}: answered ${reply.status}${said === "" ? "" : ` (${said})`}.`;
  if (reply.status >= 200 && reply.status < 300)
    return { kind: "written", object: writtenObject(jsonOf(transport, reply), deleted) };
  if (reply.status === 404) return { kind: "absent", why };
  if (reply.status === 409) return { kind: "conflict", why };
  const howToLearn = remedies[reply.status];
  if (howToLearn === undefined) throw refusal(transport, reply, asked);
  return { kind: "refused", why, howToLearn };
}

const remedies: Readonly<Record<number, string>> = {
  400: "Correct the object as the server's words say.",
  401: "Renew the credentials, then look again.",
  403: "Give the account this right, or let an admission policy pass it (deploy/rbac/).",
  422: "Correct the object as the server's words say.",
};

/** A deletion answers with the object, or with a Status that names it. */
function writtenObject(value: unknown, deleted: KubeName | undefined): KubeObject {
  const found = objectOf(value);
  if (deleted === undefined || found.kind !== "Status") return found;
  const { apiVersion, name, namespace } = deleted;
  return { apiVersion, kind: "", metadata: { name, namespace } };
}
