import type { ChartAsk } from "../handle.ts";
import {
  at,
  configMap,
  countAt,
  deployment,
  type IngressWanted,
  ingress,
  type Made,
  secretEnv,
  service,
  textAt,
} from "./parts.ts";

/** A chart of the project's Git: names, labels and the tag behind an image without one. */
export function madeBy({ chart, release, namespace, values, version }: ChartAsk): Made {
  const own = release.includes(chart) ? release : `${release}-${chart}`;
  const name = textAt(values, "fullnameOverride", own);
  const selector = { "app.kubernetes.io/name": chart, "app.kubernetes.io/instance": release };
  return {
    namespace,
    name,
    selector,
    labels: {
      ...selector,
      "app.kubernetes.io/version": appVersionOf(chart, version),
      "app.kubernetes.io/managed-by": "Helm",
    },
  };
}

/**
 * The appVersion at a Git tag. SharingHub's tags 0.1.0 and 0.2.0 and MLflow SharingHub's 0.1.0 hold the stub of `helm create`:
 * without an image tag in the values they pull 1.16.0, which does not exist (both charts' Chart.yaml at these tags).
 */
function appVersionOf(chart: string, tag: string): string {
  const stubs = chart === "sharinghub" ? ["0.1.0", "0.2.0"] : ["0.1.0"];
  if (stubs.includes(tag)) return "1.16.0";
  if (!/^v?\d+\.\d+\.\d+$/.test(tag))
    throw new Error(`the appVersion of ${chart} at ${tag} is not known: give an image tag and pin a release`);
  return tag.replace(/^v/, "");
}

export function imageBy(ask: ChartAsk, repository: string): string {
  const tag = at(ask.values, "image.tag");
  return `${textAt(ask.values, "image.repository", repository)}:${typeof tag === "string" && tag !== "" ? tag : appVersionOf(ask.chart, ask.version)}`;
}

export function ingressBy({ values }: ChartAsk, made: Made, port: number): readonly unknown[] {
  const wanted = at(values, "ingress") as (IngressWanted & { readonly enabled?: boolean }) | undefined;
  return wanted?.enabled === true ? [ingress(made, wanted, { name: made.name, port })] : [];
}

/** SharingHub's chart (csgroup-oss/sharinghub deploy/helm/sharinghub): Secrets are read by name, all but one of them optional. */
export function sharinghub(ask: ChartAsk): readonly unknown[] {
  const { values } = ask;
  const made = madeBy(ask);
  const { name } = made;
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace: made.namespace, labels: made.labels } },
    configMap({ ...made, name: `${name}-config` }, { "config.yaml": textAt(values, "config", "") }),
    deployment({
      ...made,
      container: "sharinghub",
      image: imageBy(ask, "sharinghub"),
      pullPolicy: textAt(values, "image.pullPolicy", "IfNotPresent"),
      replicas: countAt(values, "replicaCount", 1),
      port: 8000,
      probe: { path: "/" },
      resources: at(values, "resources"),
      env: [
        secretEnv("SESSION_SECRET_KEY", name, "session-secret-key"),
        secretEnv("GITLAB_OAUTH_CLIENT_ID", `${name}-oidc`, "client-id", true),
        secretEnv("GITLAB_OAUTH_CLIENT_SECRET", `${name}-oidc`, "client-secret", true),
        secretEnv("S3_ACCESS_KEY", `${name}-s3`, "access-key", true),
        secretEnv("S3_SECRET_KEY", `${name}-s3`, "secret-key", true),
      ],
    }),
    service(made, 8000),
    ...ingressBy(ask, made, 8000),
  ];
}
