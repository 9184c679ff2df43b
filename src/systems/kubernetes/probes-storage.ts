import * as z from "zod";
import { defineProbe, type Probe } from "../probe.ts";
import { listed, someOf } from "../probe-kube.ts";
import { absentReading, judged } from "../readings.ts";

const Claim = z.object({ status: z.object({ phase: z.string() }) });

const claims = defineProbe({
  id: "volume-claims",
  tells: "own",
  title: "Has every volume claim its volume?",
  needs: ["kube"],
  inputs: z.object({}),
  everySeconds: 300,
  timeoutSeconds: 30,
  source: "kubernetes.io/docs/concepts/storage/persistent-volumes: Pending, Bound, Lost",
  async read({ kube }) {
    const subject = "volume-claims";
    const answer = await listed(kube, { subject, type: { apiVersion: "v1", plural: "persistentvolumeclaims" } }, Claim);
    if (answer.kind === "reading") return [answer.reading];
    if (answer.items.length === 0) return [absentReading(subject, `${kube.label}: no volume claim`)];
    const bad = answer.items.filter(({ value }) => value.status.phase !== "Bound");
    const said = someOf(bad.map(({ name, value }) => `${name} ${value.status.phase}`));
    return [
      judged(
        bad.length === 0,
        subject,
        answer.items.length - bad.length,
        `${kube.label}: ${answer.items.length} claims${bad.length === 0 ? "" : `; ${said}`}`,
      ),
    ];
  },
});

const Quota = z.object({
  status: z
    .object({ hard: z.record(z.string(), z.string()).default({}), used: z.record(z.string(), z.string()).default({}) })
    .default({ hard: {}, used: {} }),
});

const quotas = defineProbe({
  id: "quotas",
  tells: "upkeep",
  title: "Is there room in the quotas?",
  needs: ["kube"],
  inputs: z.object({ maxQuotaRatio: z.number().positive().max(1).default(0.9) }),
  everySeconds: 300,
  timeoutSeconds: 30,
  source: "kubernetes.io/docs/concepts/policy/resource-quotas; quantities as in apimachinery resource.Quantity",
  async read({ kube }, { maxQuotaRatio }) {
    const answer = await listed(
      kube,
      { subject: "quotas", type: { apiVersion: "v1", plural: "resourcequotas" } },
      Quota,
    );
    if (answer.kind === "reading") return [answer.reading];
    if (answer.items.length === 0) return [absentReading("quotas", `${kube.label}: no quota`)];
    return answer.items.map(({ name, value: { status } }) => {
      const used = Object.keys(status.hard).map((resource) => {
        const ratio =
          (quantity(status.used[resource] ?? "0") ?? 0) / (quantity(status.hard[resource] ?? "") ?? Number.NaN);
        return { resource, ratio: Number.isNaN(ratio) ? 0 : ratio };
      });
      const full = used.filter(({ ratio }) => ratio > maxQuotaRatio);
      const most = Math.max(0, ...used.map(({ ratio }) => ratio));
      const said = full.map(({ resource, ratio }) => `${resource} ${Math.round(ratio * 100)} %`).join(", ");
      return judged(
        full.length === 0,
        `quota/${name}`,
        most,
        `${kube.label}: ${name}${said === "" ? " has room" : `: ${said}`}`,
      );
    });
  },
});

const factors: Readonly<Record<string, number>> = {
  "": 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

function quantity(text: string): number | undefined {
  const [, digits, suffix = ""] = /^(\d+(?:\.\d+)?(?:e\d+)?)([a-zA-Z]{0,2})$/.exec(text) ?? [];
  const factor = Object.hasOwn(factors, suffix) ? factors[suffix] : undefined;
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
}

export const kubernetesStorageProbes: readonly Probe[] = [claims, quotas];
