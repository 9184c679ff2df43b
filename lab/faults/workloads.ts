import * as z from "zod";
import { InputError } from "../../src/kernel/errors.ts";
import type { Environment, Platform } from "../platform.ts";
import { environmentOf, everyEnvironment } from "./fault.ts";

/** A Deployment of an environment, as targets name it: `production/sharinghub/sharinghub`. */
export interface TargetWorkload {
  readonly environment: Environment;
  readonly namespace: string;
  readonly name: string;
}

/**
 * Every Deployment of every environment that an Application has, production and SharingHub's namespace first, in the same order each
 * time. What was put there by hand nobody puts back.
 */
export function deployments(platform: Platform): readonly string[] {
  return everyEnvironment.flatMap((name) => {
    const environment = platform.environments[name];
    return environment.cluster.store
      .all("Deployment")
      .map(({ metadata }) => ({ environment, namespace: metadata.namespace ?? "default", name: metadata.name }))
      .filter((workload) => applicationOf(workload) !== undefined)
      .toSorted((a, b) => b.namespace.localeCompare(a.namespace, "en") || a.name.localeCompare(b.name, "en"))
      .map((workload) => `${name}/${workload.namespace}/${workload.name}`);
  });
}

const Status = z.object({
  resources: z.array(z.object({ kind: z.string(), namespace: z.string().optional(), name: z.string() })).default([]),
});

/** The Application that says it has this Deployment. */
export function applicationOf({ environment, namespace, name }: TargetWorkload): string | undefined {
  return environment.cluster.store
    .all("Application")
    .find((application) =>
      Status.parse(application["status"] ?? {}).resources.some(
        (one) => one.kind === "Deployment" && one.namespace === namespace && one.name === name,
      ),
    )?.metadata.name;
}

export function workloadAt(platform: Platform, target: string): TargetWorkload {
  const environment = environmentOf(platform, target);
  const [, namespace, name] = target.split("/");
  if (namespace === undefined || name === undefined) throw new InputError(`${target} names no Deployment`);
  return { environment, namespace, name };
}

export function nameOf({ namespace, name }: TargetWorkload) {
  return { apiVersion: "apps/v1", kind: "Deployment", namespace, name } as const;
}

/** Takes the pods away, so that new ones meet whatever is now. */
export function restartPods({ environment, namespace, name }: TargetWorkload): void {
  const { store } = environment.cluster;
  for (const pod of store.all("Pod")) {
    const owner = pod.metadata.ownerReferences?.[0]?.name ?? "";
    if (pod.metadata.namespace === namespace && owner.startsWith(`${name}-`))
      store.delete(store.typeOfObject(pod), pod);
  }
}
