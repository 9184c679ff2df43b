import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openKubeWriter } from "../src/edge/kube.ts";
import type { KubeWriter } from "../src/kernel/kube.ts";
import type { RunningLab } from "./running.test-support.ts";
import { openRedisServer } from "./stand-in/redis.ts";
import { openS3, type S3 } from "./stores/s3.ts";

/* Production's stores of a running lab, opened past Millwright. */

/** What a pod keeps on a volume. */
export function volumeOf(lab: RunningLab, volume: "gitlab-repositories" | "grafana"): string {
  return join(lab.data, "production", volume);
}

export function s3Of(lab: RunningLab): S3 {
  const keys = { url: lab.url("s3"), accessKey: lab.secret("s3-access"), secretKey: lab.secret("s3-secret") };
  return openS3(keys, () => new Date());
}

export function redisOf(lab: RunningLab) {
  return openRedisServer(lab.secret("production-redis-url"));
}

export function clusterOf(lab: RunningLab): KubeWriter {
  const kubeconfig = join(lab.data, "secrets", "production-kubeconfig-admin");
  return openKubeWriter({ kubeconfig, userAgent: "millwright/test" });
}

/** Grafana's own database, which is closed again. */
export function onDashboards<T>(lab: RunningLab, work: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(join(volumeOf(lab, "grafana"), "grafana.db"));
  try {
    return work(db);
  } finally {
    db.close();
  }
}
