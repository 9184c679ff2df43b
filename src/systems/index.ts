import { alertmanager } from "./alertmanager/index.ts";
import { apisix } from "./apisix/index.ts";
import { argocd } from "./argocd/index.ts";
import { certManager } from "./cert-manager/index.ts";
import type { System } from "./contract.ts";
import { dockerRegistry } from "./docker-registry/index.ts";
import { externalSecrets } from "./external-secrets/index.ts";
import { gitlab } from "./gitlab/index.ts";
import { gitlabRunner } from "./gitlab-runner/index.ts";
import { grafana } from "./grafana/index.ts";
import { ingressNginx } from "./ingress-nginx/index.ts";
import { keycloak } from "./keycloak/index.ts";
import { kubernetes } from "./kubernetes/index.ts";
import { loki } from "./loki/index.ts";
import { minio } from "./minio/index.ts";
import { mlflow } from "./mlflow/index.ts";
import { mlflowSharinghub } from "./mlflow-sharinghub/index.ts";
import { postgresql } from "./postgresql/index.ts";
import { prometheus } from "./prometheus/index.ts";
import { redis } from "./redis/index.ts";
import { s3 } from "./s3/index.ts";
import { sealedSecrets } from "./sealed-secrets/index.ts";
import { sharinghub } from "./sharinghub/index.ts";
import { terraform } from "./terraform/index.ts";
import { trivy } from "./trivy/index.ts";
import { velero } from "./velero/index.ts";

/** Every system we know. The order decides nothing: no trace belongs to two of them. */
export const systems: readonly System[] = [
  gitlab,
  gitlabRunner,
  sharinghub,
  mlflowSharinghub,
  mlflow,
  postgresql,
  redis,
  minio,
  s3,
  keycloak,
  certManager,
  ingressNginx,
  apisix,
  argocd,
  kubernetes,
  terraform,
  velero,
  sealedSecrets,
  externalSecrets,
  dockerRegistry,
  prometheus,
  alertmanager,
  grafana,
  loki,
  trivy,
];
