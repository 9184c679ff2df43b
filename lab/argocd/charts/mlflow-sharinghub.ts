import type { ChartAsk } from "../handle.ts";
import { at, countAt, deployment, secretEnv, service, textAt } from "./parts.ts";
import { imageBy, ingressBy, madeBy } from "./sharinghub.ts";

/**
 * MLflow SharingHub's chart (csgroup-oss/mlflow-sharinghub deploy/helm/mlflow-sharinghub). It has no probes: they are commented out
 * at both tags, so Healthy says nothing of MLflow. Without a backend store in the values the image falls back to SQLite.
 */
export function mlflowSharinghub(ask: ChartAsk): readonly unknown[] {
  const { values } = ask;
  if (at(values, "postgresql.enabled") === true)
    throw new Error("the PostgreSQL subchart is not covered by the lab: set postgresql.enabled: false");
  const made = madeBy(ask);
  const secret = textAt(values, "mlflowSharinghub.existingSecret", made.name);
  const s3 = textAt(values, "s3.existingSecret", `${made.name}-s3`);
  const hasS3 = at(values, "s3.enabled") === true;
  const plain = (name: string, path: string): readonly unknown[] => {
    const value = at(values, path);
    return value === undefined ? [] : [{ name, value: String(value as string) }];
  };
  const env = [
    secretEnv("SECRET_KEY", secret, "secret-key"),
    ...(at(values, "mlflowSharinghub.backendStoreUriSecret") === true
      ? [secretEnv("MLFLOW_BACKEND_STORE_URI", secret, "backend-store-uri")]
      : plain("MLFLOW_BACKEND_STORE_URI", "mlflowSharinghub.backendStoreUri")),
    ...plain("MLFLOW_ARTIFACTS_DESTINATION", "mlflowSharinghub.artifactsDestination"),
    ...plain("SHARINGHUB_URL", "mlflowSharinghub.sharinghubUrl"),
    ...plain("SHARINGHUB_STAC_COLLECTION", "mlflowSharinghub.sharinghubStacCollection"),
    ...(hasS3
      ? [
          ...plain("MLFLOW_S3_ENDPOINT_URL", "s3.endpointUrl"),
          secretEnv("AWS_ACCESS_KEY_ID", s3, "access-key-id"),
          secretEnv("AWS_SECRET_ACCESS_KEY", s3, "secret-access-key"),
        ]
      : []),
  ];
  return [
    {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: made.name, namespace: made.namespace, labels: made.labels },
    },
    ...claimOf(ask, made.name),
    deployment({
      ...made,
      container: "mlflow-sharinghub",
      image: imageBy(ask, "643vlk6z.gra7.container-registry.ovh.net/space_applications/mlflow-sharinghub"),
      pullPolicy: textAt(values, "image.pullPolicy", "IfNotPresent"),
      replicas: countAt(values, "replicaCount", 1),
      port: 5000,
      resources: at(values, "resources"),
      env,
    }),
    service(made, 5000),
    ...ingressBy(ask, made, 5000),
  ];
}

function claimOf({ values, namespace }: ChartAsk, name: string): readonly unknown[] {
  if (at(values, "persistence.enabled") === false) return [];
  const requests = { storage: textAt(values, "persistence.size", "10Gi") };
  return [
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: `${name}-store-pvc`, namespace, annotations: { "helm.sh/resource-policy": "keep" } },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests } },
    },
  ];
}
