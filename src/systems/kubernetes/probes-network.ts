import * as z from "zod";
import type { KubeObject } from "../../kernel/kube.ts";
import { defineProbe, type Probe, type Reading } from "../probe.ts";
import { listed, nameOf, someOf } from "../probe-kube.ts";
import { absentReading, judged } from "../readings.ts";

const Service = z.object({
  spec: z.object({ type: z.string().optional(), selector: z.record(z.string(), z.string()).optional() }),
});
const Slice = z.object({
  endpoints: z.array(z.object({ conditions: z.object({ ready: z.boolean().nullish() }).optional() })).nullish(),
});
const serviceLabel = "kubernetes.io/service-name";

const services = defineProbe({
  id: "services",
  tells: "own",
  title: "Has every Service somebody behind it?",
  needs: ["kube"],
  inputs: z.object({}),
  everySeconds: 120,
  timeoutSeconds: 30,
  source: "kubernetes.io/docs/concepts/services-networking/endpoint-slices: ready counts as true where it is not said",
  async read({ kube }) {
    const subject = "services";
    const all = await listed(kube, { subject, type: { apiVersion: "v1", plural: "services" } }, Service);
    if (all.kind === "reading") return [all.reading];
    const slices = await listed(
      kube,
      { subject, type: { apiVersion: "discovery.k8s.io/v1", plural: "endpointslices" } },
      Slice,
    );
    if (slices.kind === "reading") return [slices.reading];
    const ready = new Set(
      slices.items
        .filter(({ value }) => (value.endpoints ?? []).some(({ conditions }) => conditions?.ready !== false))
        .map(({ object }) => `${object.metadata.namespace}/${object.metadata.labels?.[serviceLabel] ?? ""}`),
    );
    // Without a selector somebody else keeps the endpoints; an external name has none.
    const selecting = all.items.filter(
      ({ value }) => value.spec.selector !== undefined && value.spec.type !== "ExternalName",
    );
    if (selecting.length === 0) return [absentReading(subject, `${kube.label}: no Service that selects pods`)];
    const empty = selecting.filter(({ name }) => !ready.has(name)).map(({ name }) => name);
    const evidence = `${kube.label}: ${selecting.length} Services${empty.length === 0 ? "" : `; nobody behind ${someOf(empty)}`}`;
    return [judged(empty.length === 0, subject, selecting.length - empty.length, evidence)];
  },
});

const Backend = z.object({ service: z.object({ name: z.string() }).optional() });
const Ingress = z.object({
  spec: z.object({
    defaultBackend: Backend.optional(),
    rules: z
      .array(
        z.object({
          host: z.string().optional(),
          http: z.object({ paths: z.array(z.object({ path: z.string().optional(), backend: Backend })) }).optional(),
        }),
      )
      .default([]),
  }),
  status: z.object({ loadBalancer: z.object({ ingress: z.array(z.unknown()).nullish() }).optional() }).optional(),
});

type Rule = z.output<typeof Ingress>;

const ingresses = defineProbe({
  id: "ingress-rules",
  tells: "own",
  title: "Does every ingress rule lead to a Service that is there, each address once?",
  needs: ["kube"],
  inputs: z.object({}),
  everySeconds: 300,
  timeoutSeconds: 30,
  source: "kubernetes.io/docs/concepts/services-networking/ingress",
  async read({ kube }) {
    const subject = "ingress-rules";
    const rules = await listed(
      kube,
      { subject, type: { apiVersion: "networking.k8s.io/v1", plural: "ingresses" } },
      Ingress,
    );
    if (rules.kind === "reading") return [rules.reading];
    if (rules.items.length === 0) return [absentReading(subject, `${kube.label}: no Ingress`)];
    const all = await listed(kube, { subject, type: { apiVersion: "v1", plural: "services" } }, Service);
    if (all.kind === "reading") return [all.reading];
    const there = new Set(all.items.map(({ name }) => name));
    const routes = rules.items.flatMap(({ object, value }) => routesOf(object, value));
    const owners = Map.groupBy(routes, ({ route }) => route);
    return rules.items.map(({ object, value, name }): Reading => {
      const own = routesOf(object, value);
      const lost = own
        .filter(({ service }) => service !== undefined && !there.has(service))
        .map(({ route, service }) => `${route} leads to ${service}, which is not there`);
      const shared = own
        .filter(({ route }) => new Set(owners.get(route)?.map((other) => other.owner)).size > 1)
        .map(({ route }) => `${route} is claimed twice`);
      const served = (value.status?.loadBalancer?.ingress ?? []).length > 0 ? [] : ["no controller serves it"];
      const wrong = [...lost, ...shared, ...served];
      return judged(
        wrong.length === 0,
        `ingress/${name}`,
        own.length,
        `${kube.label}: ${name}: ${wrong.length === 0 ? `${own.length} routes` : someOf(wrong)}`,
      );
    });
  },
});

function routesOf(object: KubeObject, { spec }: Rule) {
  const owner = nameOf(object);
  const full = (service: string | undefined) =>
    service === undefined ? undefined : `${object.metadata.namespace}/${service}`;
  const paths = spec.rules.flatMap(({ host = "*", http }) =>
    (http?.paths ?? []).map(({ path = "/", backend }) => ({
      owner,
      route: `${host}${path}`,
      service: full(backend.service?.name),
    })),
  );
  return spec.defaultBackend === undefined
    ? paths
    : [...paths, { owner, route: `${owner} by default`, service: full(spec.defaultBackend.service?.name) }];
}

export const kubernetesNetworkProbes: readonly Probe[] = [services, ingresses];
