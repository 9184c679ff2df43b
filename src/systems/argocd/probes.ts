import * as z from "zod";
import { defineProbe, type Probe, type Reading } from "../probe.ts";
import { listed } from "../probe-kube.ts";
import { absentReading, judged, unknownReading } from "../readings.ts";

const Application = z.object({
  status: z
    .object({
      health: z.object({ status: z.string().optional(), message: z.string().optional() }).optional(),
      sync: z.object({ status: z.string().optional(), revision: z.string().optional() }).optional(),
      operationState: z.object({ phase: z.string(), message: z.string().optional() }).optional(),
    })
    .optional(),
});

const applications = defineProbe({
  id: "applications",
  tells: "upkeep",
  title: "What does Argo CD say of each Application?",
  needs: ["kube"],
  inputs: z.object({
    namespace: z.string().min(1).optional().describe("Where the Applications are; all namespaces when left out"),
  }),
  everySeconds: 120,
  timeoutSeconds: 30,
  source:
    "argo-cd.readthedocs.io: Healthy is the worst of the resources' own health, and a pod without probes is always Healthy; Progressing and OutOfSync are no faults yet",
  async read({ kube }, { namespace }) {
    const subject = "applications";
    const selection = namespace === undefined ? {} : { namespace };
    const answer = await listed(
      kube,
      { subject, type: { apiVersion: "argoproj.io/v1alpha1", plural: "applications" }, selection },
      Application,
    );
    if (answer.kind === "reading") return [answer.reading];
    if (answer.items.length === 0) return [absentReading(subject, `${kube.label}: no Application`)];
    return answer.items.map(({ object, name, value }) => readingOf(object.metadata.name, name, value.status ?? {}));
  },
});

const fine = new Set(["Healthy", "Progressing", "Suspended"]);

function readingOf(
  application: string,
  fullName: string,
  status: NonNullable<z.output<typeof Application>["status"]>,
): Reading {
  const subject = `application/${application}`;
  const health = status.health?.status ?? "Unknown";
  const said = `${health}, ${status.sync?.status ?? "Unknown"}`;
  if (health === "Unknown")
    return unknownReading(
      subject,
      `Argo CD does not know its health (${said})`,
      `argocd app get ${fullName} --refresh`,
    );
  const failure = failureOf(status.operationState);
  const words = [`Argo CD says ${said}`, failure ?? status.health?.message].filter((word) => word !== undefined);
  return judged(fine.has(health) && failure === undefined, subject, said, words.join(": "));
}

function failureOf(
  last: { readonly phase: string; readonly message?: string | undefined } | undefined,
): string | undefined {
  if (last?.phase !== "Failed" && last?.phase !== "Error") return undefined;
  return `the last sync ended as ${last.phase}: ${last.message?.slice(0, 200) ?? ""}`;
}

export const argocdProbes: readonly Probe[] = [applications];
