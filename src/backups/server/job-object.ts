import { createHash } from "node:crypto";
import type { RunnerCall } from "../../kernel/backup-runner.ts";
import type { KubeObject } from "../../kernel/kube.ts";
import type { BackupJob } from "../../platform/server-backup-job.ts";

const folder = "/etc/millwright";

/** The same call has the same name, and all calls of a run's step, whatever stores they still ask for. */
export function jobName({ args, environment }: Pick<RunnerCall, "args" | "environment">): string {
  const mark = args[args.indexOf("--mark") + 1];
  const same = args.includes("--mark") ? ["mark", mark] : args;
  const hash = createHash("sha256").update(JSON.stringify([environment, ...same]));
  return `millwright-backup-${hash.digest("hex").slice(0, 16)}`;
}

/**
 * One pod, tried once: what failed is judged by the run. No privilege, nothing to write to but its scratch; its configuration is
 * a Secret of its own namespace that the server never reads. kubernetes.io/docs/concepts/workloads/controllers/job,
 * …/security/pod-security-standards (restricted).
 */
export function jobObject(declared: BackupJob, call: Pick<RunnerCall, "args" | "environment">): KubeObject {
  const name = jobName(call);
  const labels = {
    "app.kubernetes.io/name": "millwright",
    "app.kubernetes.io/component": "backup-runner",
    "millwright.dev/environment": call.environment,
  };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, namespace: declared.namespace, labels },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: Math.round(declared.hours * 3600),
      ttlSecondsAfterFinished: 86_400,
      template: { metadata: { labels }, spec: podSpec(declared, call) },
    },
  };
}

function podSpec(declared: BackupJob, { args, environment }: Pick<RunnerCall, "args" | "environment">) {
  const { cpu, memory, scratch, scratchClass } = declared;
  return {
    restartPolicy: "Never",
    serviceAccountName: declared.serviceAccount,
    imagePullSecrets: declared.pullSecrets.map((name) => ({ name })),
    securityContext: { runAsNonRoot: true, fsGroup: 10_001, seccompProfile: { type: "RuntimeDefault" } },
    containers: [
      {
        name: "runner",
        image: declared.image,
        args: [...args, "--environment", environment, "--config", `${folder}/millwright.server.yaml`],
        env: [{ name: "MILLWRIGHT_CACHE", value: "off" }],
        resources: {
          requests: { cpu: "100m", memory: "256Mi" },
          limits: { cpu, memory, ...(scratchClass === undefined ? { "ephemeral-storage": scratch } : {}) },
        },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        },
        volumeMounts: [
          { name: "config", mountPath: folder, readOnly: true },
          { name: "scratch", mountPath: "/tmp" },
        ],
      },
    ],
    volumes: [
      { name: "config", projected: { defaultMode: 0o440, sources: [{ secret: { name: declared.config } }] } },
      { name: "scratch", ...scratchVolume(scratch, scratchClass) },
    ],
  };
}

/** kubernetes.io/docs/concepts/storage/ephemeral-volumes: a volume of its own goes with its pod, like an emptyDir. */
function scratchVolume(storage: string, storageClassName: string | undefined): object {
  if (storageClassName === undefined) return { emptyDir: { sizeLimit: storage } };
  const spec = { accessModes: ["ReadWriteOnce"], storageClassName, resources: { requests: { storage } } };
  return { ephemeral: { volumeClaimTemplate: { spec } } };
}
