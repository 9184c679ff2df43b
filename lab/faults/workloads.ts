import { InputError } from "../../src/kernel/errors.ts";
import type { Environment, Platform } from "../platform.ts";
import { environmentOf, everyEnvironment } from "./fault.ts";

/** A Deployment of an environment, as targets name it: `production/sharinghub/sharinghub`. */
export interface TargetWorkload {
  readonly environment: Environment;
  readonly namespace: string;
  readonly name: string;
}

/** Every Deployment of every environment, production first. */
export function deployments(platform: Platform): readonly string[] {
  return everyEnvironment.flatMap((environment) =>
    platform.environments[environment].cluster.store
      .all("Deployment")
      .map(({ metadata }) => `${environment}/${metadata.namespace}/${metadata.name}`),
  );
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
