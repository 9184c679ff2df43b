import * as z from "zod";
import { SystemError } from "../kernel/errors.ts";
import { absent, type Fact, unknown } from "../kernel/fact.ts";
import type { KubeObject, KubeRight } from "../kernel/kube.ts";
import { redactUrls } from "../kernel/url.ts";
import { rightAsWords } from "./kube-path.ts";
import type { KubeReply, KubeTransport } from "./kube-transport.ts";

const Words = z.record(z.string(), z.string()).optional().catch(undefined);

/** Metadata that is not as it should be is left out; an object without kind or name is none. */
const Metadata = z.object({
  name: z.string().default(""),
  namespace: z.string().optional(),
  uid: z.string().optional(),
  resourceVersion: z.string().optional(),
  generation: z.number().optional(),
  creationTimestamp: z.string().nullish().transform(orUndefined),
  deletionTimestamp: z.string().nullish().transform(orUndefined),
  labels: Words,
  annotations: Words,
  finalizers: z.array(z.string()).optional().catch(undefined),
  ownerReferences: z
    .array(
      z.object({
        apiVersion: z.string(),
        kind: z.string(),
        name: z.string(),
        uid: z.string(),
        controller: z.boolean().optional(),
      }),
    )
    .optional()
    .catch(undefined),
  managedFields: z
    .array(
      z.object({
        manager: z.string().optional(),
        operation: z.string().optional(),
        time: z.string().optional(),
        subresource: z.string().optional(),
        fieldsV1: z.unknown().optional(),
      }),
    )
    .optional()
    .catch(undefined),
});

const ObjectReply = z.looseObject({ apiVersion: z.string(), kind: z.string(), metadata: Metadata });

export const ListReply = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z
    .object({ resourceVersion: z.string().default(""), continue: z.string().optional().transform(orNone) })
    .prefault({}),
  items: z.array(z.looseObject({})).nullish(),
});

function orNone(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

function orUndefined(text: string | null | undefined): string | undefined {
  return text ?? undefined;
}

/** An object of an answer. Items of a list have no kind of their own: the list's is `PodList`. */
export function objectOf(value: unknown, list?: { readonly apiVersion: string; readonly kind: string }): KubeObject {
  const own = list === undefined ? {} : { apiVersion: list.apiVersion, kind: list.kind.replace(/List$/, "") };
  const parsed = ObjectReply.safeParse(typeof value === "object" && value !== null ? { ...own, ...value } : value);
  if (!parsed.success) throw new SystemError("The API server sent something that is no Kubernetes object.", "stop");
  return parsed.data;
}

export function jsonOf(transport: KubeTransport, reply: KubeReply): unknown {
  try {
    return JSON.parse(reply.body);
  } catch (thrown) {
    throw new SystemError(
      `${transport.label} answers ${reply.status} with something that is no JSON: is it a Kubernetes API server?`,
      "stop",
      { cause: thrown },
    );
  }
}

const Status = z.object({ message: z.string().optional(), reason: z.string().optional() });

/** The server's own words, short and without credentials. */
export function wordsOf(body: string): string {
  try {
    const parsed = Status.safeParse(JSON.parse(body));
    if (parsed.success && parsed.data.message !== undefined) return redactUrls(parsed.data.message).slice(0, 500);
  } catch {
    // Not a Status: a proxy's page, which tells nothing that may be shown.
  }
  return "";
}

/** What a reader says of an answer that is not the thing asked for. Throws where asking again may help. */
export function unread(transport: KubeTransport, reply: KubeReply, right: KubeRight): Fact<never> {
  const asked = rightAsWords(right);
  if (reply.status === 404) return absent(`${transport.label}: ${asked}`);
  if (reply.status === 403) return missingRight(right, wordsOf(reply.body));
  if (reply.status === 401) {
    return unknown(
      `${transport.label} does not accept the credentials of context ${transport.connection.context} (401).`,
      `Log in again or renew the token of context ${transport.connection.context}, then ask again.`,
    );
  }
  throw refusal(transport, reply, asked);
}

function missingRight(right: KubeRight, words: string): Fact<never> {
  const asked = rightAsWords(right);
  return unknown(
    `The account may not ${asked}${words === "" ? "" : ` (${words})`}.`,
    `Give it the right to ${asked}: millwright doctor access says which file of deploy/rbac/ holds it.`,
  );
}

export function refusal(transport: KubeTransport, reply: KubeReply, asked: string): SystemError {
  if (reply.status === 401) {
    const { context } = transport.connection;
    const words = `${transport.label} does not accept the credentials of context ${context} (401).`;
    return new SystemError(`${words} Log in again or renew its token.`, "stop");
  }
  const words = wordsOf(reply.body);
  const mayHelp = reply.status === 429 || reply.status >= 500;
  return new SystemError(
    `${asked} at ${transport.label}: answered ${reply.status}${words === "" ? "" : ` (${words})`}.`,
    mayHelp ? "retry" : "stop",
  );
}
