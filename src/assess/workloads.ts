import * as z from "zod";
import type { KubeObject } from "../kernel/kube.ts";
import type { Row, Section } from "../reports/assess/assessment.ts";
import type { LiveCluster } from "./live.ts";
import { counted, isOwnMachinery, placed, section } from "./section.ts";
import { daemonSets, deployments, endpointSlices, services, statefulSets } from "./types.ts";

const Quantities = z.record(z.string(), z.union([z.string(), z.number()])).nullish();

const Workload = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({
        containers: z
          .array(
            z.object({
              name: z.string(),
              resources: z.object({ requests: Quantities, limits: Quantities }).prefault({}).nullish(),
            }),
          )
          .default([]),
      }),
    }),
  }),
});

/** Workloads whose containers do not say what they need, or how much memory they may take. */
export function resourceSection(live: LiveCluster): Section {
  const types = [deployments, statefulSets, daemonSets];
  const all = types
    .flatMap((type) => live.read(type, Workload))
    .filter(({ object }) => !isOwnMachinery(object.metadata.namespace));
  return section({
    id: "resources",
    title: "Workloads without requests or limits",
    columns: ["Workload", "Container", "Missing"],
    rows: all.flatMap(({ object, value }) =>
      value.spec.template.spec.containers.map((one) => resourceRow(object, one)),
    ),
    unseen: live.unseen(...types),
    none: "No workloads.",
    fine: (count) => `All ${counted(count, "container")} state requests and a memory limit.`,
    faulty: {
      bad: () => "",
      warn: (count) => `${counted(count, "container")} of ${counted(all.length, "workload")} without them`,
    },
    quiet: true,
  });
}

type Container = z.infer<typeof Workload>["spec"]["template"]["spec"]["containers"][number];

/** A limit stands for a request that is not written. A CPU limit is not asked for: it slows down where nobody else needs the core. */
function resourceRow(object: KubeObject, { name, resources }: Container): Row {
  const limits = resources?.limits ?? {};
  const requests = { ...limits, ...resources?.requests };
  const missing = [
    ...["cpu", "memory"].filter((one) => requests[one] === undefined).map((one) => `${one} request`),
    ...["memory"].filter((one) => limits[one] === undefined).map((one) => `${one} limit`),
  ];
  const cells = [`${object.kind.toLowerCase()} ${placed(object.metadata)}`, name, missing.join(", ")];
  if (missing.length === 0) return { mark: "good", cells };
  return {
    mark: "warn",
    cells,
    next: "Set `resources` in its values file; measure with `kubectl top pod --containers`.",
  };
}

const Service = z.object({
  spec: z.object({
    type: z.string().default("ClusterIP"),
    selector: z.record(z.string(), z.string()).nullish(),
  }),
});

const Slice = z.object({
  endpoints: z.array(z.object({ conditions: z.object({ ready: z.boolean().nullish() }).nullish() })).nullish(),
});

/** Services that send to nobody. */
export function serviceSection(live: LiveCluster): Section {
  const unseen = live.unseen(services, endpointSlices);
  const ready = readyEndpoints(live);
  const all = live.of(endpointSlices).kind === "unknown" ? [] : live.read(services, Service);
  return section({
    id: "services",
    title: "Services without endpoints",
    columns: ["Service", "Endpoints ready"],
    rows: all.flatMap(({ object, value }) => serviceRow(object, value, ready)),
    unseen,
    none: "No Services.",
    fine: (count) => `All ${counted(count, "Service")} with a selector have someone to send to.`,
    faulty: {
      bad: (count) => `${counted(count, "Service")} with nobody to send to: every request fails`,
      warn: () => "",
    },
    quiet: true,
  });
}

/** The slices of a Service carry its name as a label (kubernetes.io/docs/concepts/services-networking/endpoint-slices). */
function readyEndpoints(live: LiveCluster): ReadonlyMap<string, number> {
  const ready = new Map<string, number>();
  for (const { object, value } of live.read(endpointSlices, Slice)) {
    const key = `${object.metadata.namespace ?? ""}/${object.metadata.labels?.["kubernetes.io/service-name"] ?? ""}`;
    const own = (value.endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false).length;
    ready.set(key, (ready.get(key) ?? 0) + own);
  }
  return ready;
}

/** A Service without a selector is fed by someone else, an ExternalName has no endpoints at all. */
function serviceRow(
  object: KubeObject,
  { spec }: z.infer<typeof Service>,
  ready: ReadonlyMap<string, number>,
): readonly Row[] {
  const selector = Object.entries(spec.selector ?? {});
  if (selector.length === 0 || spec.type === "ExternalName") return [];
  const { name, namespace = "default" } = object.metadata;
  const count = ready.get(`${namespace}/${name}`) ?? 0;
  const cells = [placed(object.metadata), String(count)];
  if (count > 0) return [{ mark: "good", cells }];
  const labels = selector.map(([key, value]) => `${key}=${value}`).join(",");
  return [
    {
      mark: "bad",
      cells,
      why: `No ready pod has the labels ${labels}.`,
      next: `\`kubectl get pods -n ${namespace} -l ${labels}\`: no pod is a wrong selector or zero replicas, a pod that is not ready is in trouble itself.`,
    },
  ];
}
