import * as z from "zod";
import { SystemError } from "../../../kernel/errors.ts";
import type { KubeObject, KubeWriter } from "../../../kernel/kube.ts";
import type { Pod } from "../pod.ts";

/*
 * What writes into GitLab's database and has to be down while it is replaced (docs.gitlab.com/charts/backup-restore/restore): the
 * chart labels it `app` and, with all of its release, `release`.
 */

const clients = ["webservice", "sidekiq"] as const;

const Deployment = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({ replicas: z.number().default(1) }).prefault({}),
});

/** Deployments that are up, as a fence names them: `deployment gitlab/gitlab-webservice-default`. */
export async function clientsUp(pod: Pod, cluster: KubeWriter): Promise<readonly string[]> {
  const { namespace = "default" } = pod.object.metadata;
  const up: string[] = [];
  for (const app of clients)
    for (const object of await listed(cluster, { apiVersion: "apps/v1", plural: "deployments" }, pod, app)) {
      const { metadata, spec } = Deployment.parse(object);
      if (spec.replicas > 0) up.push(`deployment ${namespace}/${metadata.name}`);
    }
  return up;
}

/** Their pods that have not ended: one that is ending may still write. */
export async function clientPods(pod: Pod, cluster: KubeWriter): Promise<readonly string[]> {
  const left: string[] = [];
  for (const app of clients)
    for (const { metadata, status } of await listed(cluster, { apiVersion: "v1", plural: "pods" }, pod, app)) {
      const phase = z.object({ phase: z.string() }).safeParse(status).data?.phase;
      if (phase !== "Succeeded" && phase !== "Failed") left.push(metadata.name);
    }
  return left;
}

async function listed(
  cluster: KubeWriter,
  type: { readonly apiVersion: string; readonly plural: string },
  pod: Pod,
  app: string,
): Promise<readonly KubeObject[]> {
  const { namespace = "default", labels = {} } = pod.object.metadata;
  const release = labels["release"] === undefined ? "" : `,release=${labels["release"]}`;
  const found = await cluster.list(type, { namespace, labels: `app=${app}${release}` });
  if (found.kind === "unknown") throw new SystemError(`${found.why} ${found.howToLearn}`, "stop");
  return found.kind === "known" ? found.value.items : [];
}
