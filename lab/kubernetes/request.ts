import type { IncomingMessage } from "node:http";
import type { Attributes, User } from "./rbac.ts";
import { type Details, Refused } from "./store.ts";
import type { ServedType } from "./types.ts";

/** One request as the handlers see it. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly accept: string;
  readonly contentType: string;
  readonly userAgent: string;
  readonly user: User;
  readonly body: string;
  /** The time of a write that is told as having happened earlier; now when left out. */
  readonly time?: string;
}

/** A request for a type's objects, one of them, or a subresource of one. */
export interface Target {
  readonly served: ServedType;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

type TypeOf = (group: string, version: string, plural: string) => ServedType | undefined;

/** The parts of `/api/v1/namespaces/x/pods/y/log` and `/apis/apps/v1/deployments`; undefined for another path. */
export function targetOf(path: string, typeOf: TypeOf): Target | undefined {
  const [root, ...steps] = path.split("/").slice(1).map(decodeURIComponent);
  if (root === "api") return targetIn("", steps, typeOf);
  return root === "apis" ? targetIn(steps[0] ?? "", steps.slice(1), typeOf) : undefined;
}

function targetIn(group: string, [version = "", ...rest]: readonly string[], typeOf: TypeOf): Target | undefined {
  // `/namespaces/x/status` is a subresource of the namespace, not a type within it.
  const inNamespace = rest[0] === "namespaces" && rest.length > 2 && rest[2] !== "status";
  const [plural = "", name, subresource] = inNamespace ? rest.slice(2) : rest;
  const served = typeOf(group, version, plural);
  return served && { served, namespace: inNamespace ? rest[1] : undefined, name, subresource };
}

const verbs: Readonly<Record<string, string>> = { POST: "create", PUT: "update", PATCH: "patch", DELETE: "delete" };

export function attributesOf({ method, query }: Pick<Asked, "method" | "query">, target: Target): Attributes {
  const reads =
    target.name === undefined
      ? query.get("watch") === "true" || query.get("watch") === "1"
        ? "watch"
        : "list"
      : "get";
  const isExec = target.subresource === "exec";
  return {
    verb: isExec ? "create" : (verbOf(method, target) ?? reads),
    group: target.served.group,
    resource: target.served.plural,
    subresource: target.subresource,
    namespace: target.served.plural === "namespaces" && target.namespace === undefined ? target.name : target.namespace,
    name: target.name,
  };
}

function verbOf(method: string, { name }: Target): string | undefined {
  return method === "DELETE" && name === undefined ? "deletecollection" : verbs[method];
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** JSON, or for apply the YAML that is JSON as our clients send it. */
export function parsedBody<T>(asked: Asked, parse: (text: string) => unknown = JSON.parse): T {
  try {
    return parse(asked.body) as T;
  } catch {
    throw new Refused(400, "BadRequest", "the body of the request was not understood");
  }
}

export function statusOf(code: number, reason: string, message: string, details?: Details): Record<string, unknown> {
  const about = details === undefined ? {} : { details };
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, ...about, code };
}
