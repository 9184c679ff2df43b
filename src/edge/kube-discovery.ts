import * as z from "zod";
import { SystemError } from "../kernel/errors.ts";
import type { KubeDiscovery, KubeServedType } from "../kernel/kube.ts";
import { askPatiently } from "./kube-read.ts";
import { jsonOf, refusal } from "./kube-reply.ts";
import type { KubeTransport } from "./kube-transport.ts";

const aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

/** kubernetes/kubernetes staging/src/k8s.io/api/apidiscovery/v2/types.go; GA since Kubernetes 1.30. */
const Aggregated = z.object({
  kind: z.literal("APIGroupDiscoveryList"),
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string().optional() }).optional(),
      versions: z.array(
        z.object({
          version: z.string(),
          freshness: z.string().optional(),
          resources: z
            .array(
              z.object({
                resource: z.string(),
                responseKind: z.object({ kind: z.string() }).optional(),
                scope: z.string(),
                verbs: z.array(z.string()).nullish(),
              }),
            )
            .nullish(),
        }),
      ),
    }),
  ),
});

const Groups = z.object({
  groups: z.array(
    z.object({
      name: z.string(),
      versions: z.array(z.object({ groupVersion: z.string() })),
      preferredVersion: z.object({ groupVersion: z.string() }).optional(),
    }),
  ),
});

const Resources = z.object({
  resources: z.array(
    z.object({ name: z.string(), kind: z.string(), namespaced: z.boolean(), verbs: z.array(z.string()).nullish() }),
  ),
});

const Version = z.object({ gitVersion: z.string() });

/** What the server serves: two questions where it aggregates its answer, one for each group version where it does not. */
export async function discovery(transport: KubeTransport): Promise<KubeDiscovery> {
  const version = Version.parse(await ask(transport, "/version")).gitVersion;
  const [core, groups] = await Promise.all([ask(transport, "/api", aggregated), ask(transport, "/apis", aggregated)]);
  const both = [Aggregated.safeParse(core), Aggregated.safeParse(groups)];
  if (both.every((one) => one.success)) {
    const items = both.flatMap((one) => one.data?.items ?? []);
    return { version, ...typesOfAggregate(items) };
  }
  const { types, silent } = await oneByOne(transport, groups);
  return { version, types, silent };
}

async function ask(transport: KubeTransport, path: string, accept?: string): Promise<unknown> {
  const reply = await askPatiently(transport, { method: "GET", path, ...(accept === undefined ? {} : { accept }) });
  if (reply.status !== 200) throw refusal(transport, reply, `The question what is served (${path})`);
  return jsonOf(transport, reply);
}

type GroupItem = z.infer<typeof Aggregated>["items"][number];

function typesOfAggregate(items: readonly GroupItem[]): Omit<KubeDiscovery, "version"> {
  const versions = items.flatMap(({ metadata, versions: all }) =>
    all.map((one) => ({
      ...one,
      apiVersion: [metadata?.name ?? "", one.version].filter((part) => part !== "").join("/"),
    })),
  );
  return {
    types: versions.flatMap(({ apiVersion, resources }) => servedTypes(apiVersion, resources ?? [])),
    silent: versions.flatMap(({ apiVersion, freshness }) => (freshness === "Stale" ? [apiVersion] : [])),
  };
}

type ResourceItem = NonNullable<GroupItem["versions"][number]["resources"]>[number];

function servedTypes(apiVersion: string, resources: readonly ResourceItem[]): readonly KubeServedType[] {
  return resources.map(({ resource, responseKind, scope, verbs }) => ({
    apiVersion,
    plural: resource,
    kind: responseKind?.kind ?? "",
    namespaced: scope === "Namespaced",
    verbs: verbs ?? [],
  }));
}

async function oneByOne(transport: KubeTransport, answer: unknown): Promise<Omit<KubeDiscovery, "version">> {
  const parsed = Groups.safeParse(answer);
  if (!parsed.success) throw new SystemError(`${transport.label} does not say what it serves.`, "stop");
  const versions = parsed.data.groups.flatMap(({ preferredVersion, versions: all }) => {
    const preferred = preferredVersion?.groupVersion;
    const others = all.map(({ groupVersion }) => groupVersion).filter((one) => one !== preferred);
    return preferred === undefined ? others : [preferred, ...others];
  });
  const answers = await Promise.all(["v1", ...versions].map((apiVersion) => resourcesOf(transport, apiVersion)));
  return { types: answers.flatMap((one) => one.types), silent: answers.flatMap((one) => one.silent) };
}

/** A group whose own server is away answers 503: it is silent, the others still tell. */
async function resourcesOf(transport: KubeTransport, apiVersion: string): Promise<Omit<KubeDiscovery, "version">> {
  const path = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const reply = await askPatiently(transport, { method: "GET", path });
  const parsed = reply.status === 200 ? Resources.safeParse(jsonOf(transport, reply)) : undefined;
  if (parsed?.success !== true) return { types: [], silent: [apiVersion] };
  const own = parsed.data.resources.filter(({ name }) => !name.includes("/"));
  return {
    types: own.map(({ name, kind, namespaced, verbs }) => ({
      apiVersion,
      plural: name,
      kind,
      namespaced,
      verbs: verbs ?? [],
    })),
    silent: [],
  };
}
