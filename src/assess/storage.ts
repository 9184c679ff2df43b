import * as z from "zod";
import { quantity } from "../drift/compare.ts";
import type { KubeObject } from "../kernel/kube.ts";
import type { Row, Section } from "../reports/assess/assessment.ts";
import type { LiveCluster } from "./live.ts";
import { counted, placed, section } from "./section.ts";
import { pods, quotas, volumeClaims } from "./types.ts";

const Claim = z.object({
  spec: z.object({ storageClassName: z.string().nullish() }).default({}),
  status: z
    .object({
      phase: z.string().default(""),
      capacity: z.object({ storage: z.string().optional() }).prefault({}),
    })
    .prefault({}),
});

const ClaimUser = z.object({
  spec: z.object({
    volumes: z.array(z.object({ persistentVolumeClaim: z.object({ claimName: z.string() }).optional() })).default([]),
  }),
});

/** Claims that are not bound, lost, or that no pod uses. */
export function volumeSection(live: LiveCluster): Section {
  const used = new Set(
    live
      .read(pods, ClaimUser)
      .flatMap(({ object, value }) =>
        value.spec.volumes.map((one) => `${object.metadata.namespace}/${one.persistentVolumeClaim?.claimName}`),
      ),
  );
  const canTell = live.of(pods).kind === "known";
  return section({
    id: "volumes",
    title: "Volumes",
    columns: ["Claim", "State", "Size", "Class"],
    rows: live.read(volumeClaims, Claim).map(({ object, value }) => claimRow(object, value, used, canTell)),
    unseen: live.unseen(volumeClaims),
    none: "No volume claims.",
    fine: (count) => `All ${counted(count, "claim")} bound and in use. How full they are needs the kubelet's metrics.`,
    faulty: {
      bad: (count) => `${counted(count, "claim")} without a volume`,
      warn: (count) => `${counted(count, "claim")} that no pod uses`,
    },
    quiet: true,
  });
}

function claimRow(
  { metadata }: KubeObject,
  { spec, status }: z.infer<typeof Claim>,
  used: ReadonlySet<string>,
  canTell: boolean,
): Row {
  const { name, namespace = "default" } = metadata;
  const cells = [placed(metadata), status.phase, status.capacity.storage ?? "", spec.storageClassName ?? ""];
  if (status.phase === "Lost")
    return {
      mark: "bad",
      cells,
      why: "Its volume is gone.",
      next: "Restore it from a backup; do not delete the claim before.",
    };
  if (status.phase === "Pending") {
    const next = `\`kubectl describe pvc -n ${namespace} ${name}\`: no such class, no room, or a class that waits for the first pod.`;
    return { mark: "bad", cells, why: "No volume was made for it.", next };
  }
  if (canTell && !used.has(`${namespace}/${name}`)) {
    const next = "Find out whose it is before you delete it: a workload scaled to zero uses none either.";
    return {
      mark: "warn",
      cells: [
        cells[0] ?? "",
        [status.phase, "no pod uses it"].filter((one) => one !== "").join(", "),
        ...cells.slice(2),
      ],
      next,
    };
  }
  return { mark: "good", cells };
}

const Quota = z.object({
  status: z
    .object({ hard: z.record(z.string(), z.string()).default({}), used: z.record(z.string(), z.string()).default({}) })
    .prefault({}),
});

/** From this part of a quota on, the next rollout may not fit. */
const nearlyFull = 0.85;

export function quotaSection(live: LiveCluster): Section {
  const rows = live.read(quotas, Quota).flatMap(({ object, value }) =>
    Object.entries(value.status.hard).map(([resource, hard]) => {
      return quotaRow(object, resource, value.status.used[resource] ?? "0", hard);
    }),
  );
  return section({
    id: "quotas",
    title: "Quotas",
    columns: ["Quota", "Resource", "Used", "Of", "%"],
    rows,
    unseen: live.unseen(quotas),
    none: "No namespace has a quota.",
    fine: (count) => `All ${counted(count, "limit")} have room.`,
    faulty: {
      bad: (count) => `${counted(count, "limit")} reached`,
      warn: (count) => `${counted(count, "limit")} nearly reached`,
    },
    quiet: true,
  });
}

function quotaRow({ metadata }: KubeObject, resource: string, used: string, hard: string): Row {
  const part = (quantity(used) ?? Number.NaN) / (quantity(hard) ?? Number.NaN);
  const cells = [placed(metadata), resource, used, hard, Number.isFinite(part) ? `${Math.round(part * 100)}` : "?"];
  if (Number.isNaN(part)) return { mark: "unknown", cells };
  if (part < nearlyFull) return { mark: "good", cells };
  const next = "Lower what nobody uses, or raise the quota in Git: a rolling update needs room for one pod more.";
  return { mark: part >= 1 ? "bad" : "warn", cells, next };
}
