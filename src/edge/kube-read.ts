import * as z from "zod";
import { SystemError } from "../kernel/errors.ts";
import { type Fact, known } from "../kernel/fact.ts";
import type {
  KubeList,
  KubeLogOptions,
  KubeName,
  KubeObject,
  KubeRight,
  KubeSelection,
  KubeType,
} from "../kernel/kube.ts";
import { wait } from "./clock.ts";
import { pathOfObject, pathOfType, queryOf, rightOn, selectorsOf } from "./kube-path.ts";
import { jsonOf, ListReply, objectOf, refusal, unread } from "./kube-reply.ts";
import type { KubeReply, KubeRequest, KubeTransport } from "./kube-transport.ts";

const pageSize = 500;
const attempts = 3;
const metadataAccept = (kind: string): string => `application/json;as=${kind};g=meta.k8s.io;v=v1`;

/** Asks what changes nothing, up to three times where asking again may help. */
export async function askPatiently(transport: KubeTransport, request: KubeRequest): Promise<KubeReply> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const reply = await transport.ask(request);
      if (attempt === attempts || (reply.status !== 429 && reply.status < 500)) return reply;
      await wait(Math.min(10, reply.retryAfterSeconds ?? 0.1 * 4 ** (attempt - 1)) * 1000);
    } catch (thrown) {
      if (attempt === attempts || !(thrown instanceof SystemError) || thrown.remedy === "stop") throw thrown;
      await wait(100 * 4 ** (attempt - 1));
    }
  }
}

export async function get(transport: KubeTransport, name: KubeName): Promise<Fact<KubeObject>> {
  const reply = await askPatiently(transport, { method: "GET", path: pathOfObject(name) });
  if (reply.status !== 200) return unread(transport, reply, rightOn("get", name));
  return known(objectOf(jsonOf(transport, reply)), transport.label);
}

/** All pages; when the server forgot where we were (410), once more from the start without pages. */
export async function list(
  transport: KubeTransport,
  type: KubeType,
  selection: KubeSelection = {},
): Promise<Fact<KubeList>> {
  const paged = await whole(readPages(transport, type, selection, pageSize), transport);
  if (paged !== "forgotten") return paged;
  const all = await whole(readPages(transport, type, selection, undefined), transport);
  if (all === "forgotten") throw forgotten(transport, type);
  return all;
}

/** Page by page; when the server forgot where we were, from the start again, some times. */
export async function* pages(
  transport: KubeTransport,
  type: KubeType,
  selection: KubeSelection = {},
): AsyncGenerator<Fact<KubeList>, void> {
  for (let attempt = 1; attempt <= attempts; attempt += 1)
    if ((yield* readPages(transport, type, selection, pageSize)) === "ended") return;
  throw forgotten(transport, type);
}

function forgotten({ label }: KubeTransport, { plural }: KubeType): SystemError {
  return new SystemError(`${label} cannot list ${plural} to their end.`, "retry");
}

type Pages = AsyncGenerator<Fact<KubeList>, "ended" | "forgotten">;

async function whole(read: Pages, { label }: KubeTransport): Promise<Fact<KubeList> | "forgotten"> {
  const items: KubeObject[] = [];
  let resourceVersion = "";
  for (;;) {
    const step = await read.next();
    if (step.done === true) return step.value === "forgotten" ? step.value : known({ items, resourceVersion }, label);
    if (step.value.kind !== "known") return step.value;
    for (const item of step.value.value.items) items.push(item);
    resourceVersion = step.value.value.resourceVersion;
  }
}

/** Ends with what is not known. */
async function* readPages(
  transport: KubeTransport,
  type: KubeType,
  selection: KubeSelection,
  limit: number | undefined,
): Pages {
  const accept = selection.metadataOnly === true ? { accept: metadataAccept("PartialObjectMetadataList") } : {};
  let next: string | undefined;
  do {
    const query = queryOf({ ...selectorsOf(selection), limit, continue: next });
    const path = pathOfType(type, selection.namespace) + query;
    const reply = await askPatiently(transport, { method: "GET", path, ...accept });
    if (reply.status === 410 && next !== undefined) return "forgotten";
    if (reply.status !== 200) {
      yield unread(transport, reply, rightOn("list", { ...type, ...selection }));
      return "ended";
    }
    const page = listOf(transport, reply);
    yield known({ items: objectsOf(page), resourceVersion: page.metadata.resourceVersion }, transport.label);
    next = page.metadata.continue;
  } while (next !== undefined);
  return "ended";
}

function objectsOf(page: z.infer<typeof ListReply>): readonly KubeObject[] {
  return (page.items ?? []).map((item) => objectOf(item, page));
}

function listOf(transport: KubeTransport, reply: KubeReply): z.infer<typeof ListReply> {
  const parsed = ListReply.safeParse(jsonOf(transport, reply));
  if (parsed.success) return parsed.data;
  throw new SystemError(`${transport.label} sent something that is no list of Kubernetes objects.`, "stop");
}

export async function logs(
  transport: KubeTransport,
  pod: { readonly namespace: string; readonly name: string },
  options: KubeLogOptions = {},
): Promise<Fact<string>> {
  const name: KubeName = { apiVersion: "v1", plural: "pods", ...pod };
  const query = queryOf({ ...options, limitBytes: options.limitBytes ?? 1_000_000 });
  const reply = await askPatiently(transport, {
    method: "GET",
    path: pathOfObject(name, "log") + query,
    accept: "text/plain, application/json",
  });
  if (reply.status !== 200) return unread(transport, reply, rightOn("get", name, "log"));
  return known(reply.body, `${transport.label}: log of ${pod.namespace}/${pod.name}`);
}

const Review = z.object({ status: z.object({ allowed: z.boolean() }) });

/** A review is answered, not stored: asking twice does no harm. */
export async function can(transport: KubeTransport, right: KubeRight): Promise<boolean> {
  const { verb, group, resource, subresource, namespace, name } = right;
  const reply = await askPatiently(transport, {
    method: "POST",
    path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    body: {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes: { verb, group, resource, subresource, namespace, name } },
    },
  });
  if (reply.status !== 201 && reply.status !== 200)
    throw refusal(transport, reply, "The question what the account may do");
  const parsed = Review.safeParse(jsonOf(transport, reply));
  if (!parsed.success)
    throw new SystemError(`${transport.label} answers an access review with something else.`, "stop");
  return parsed.data.status.allowed;
}
