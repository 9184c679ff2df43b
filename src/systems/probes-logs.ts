import * as z from "zod";
import { signaturesOf } from "./log-signature.ts";
import { defineProbe, type Probe, type Reading } from "./probe.ts";
import { listed } from "./probe-kube.ts";
import { absentReading, healthy, metric, unknownReading } from "./readings.ts";

/** How many signatures of a component become series. */
const mostSignatures = 20;
const maxPods = 10;
const everySeconds = 900;

const Pod = z.object({ spec: z.object({ containers: z.array(z.object({ name: z.string() })) }) });

/**
 * Counts error signatures; whether one is new or rising is judged against what was counted before (`src/health`). A log with
 * errors is no unhealthy component: it has always some.
 */
export const logsProbe: Probe = defineProbe({
  id: "log-signatures",
  tells: "upkeep",
  title: "Which errors does the log show?",
  needs: ["kube"],
  inputs: z.object({
    logs: z
      .object({ namespace: z.string().min(1), labels: z.string().min(1) })
      .optional()
      .describe("Pods whose logs are read: { namespace: sharinghub, labels: app.kubernetes.io/name=sharinghub }"),
  }),
  everySeconds,
  keepsPace: true,
  timeoutSeconds: 60,
  source: "kubernetes.io/docs/reference/kubernetes-api: pods/log with sinceSeconds and limitBytes",
  async read({ kube }, { logs }) {
    const subject = "log";
    if (logs === undefined)
      return [
        unknownReading(subject, "no pods are named", "Set logs in the endpoint's settings: namespace and labels."),
      ];
    const pods = await listed(kube, { subject, type: { apiVersion: "v1", plural: "pods" }, selection: logs }, Pod);
    if (pods.kind === "reading") return [pods.reading];
    if (pods.items.length === 0)
      return [absentReading(subject, `${kube.label}: no pod in ${logs.namespace} with ${logs.labels}`)];
    const texts: string[] = [];
    for (const { object, value } of pods.items.slice(0, maxPods)) {
      for (const { name: container } of value.spec.containers) {
        const log = await kube.logs(
          { namespace: logs.namespace, name: object.metadata.name },
          { container, sinceSeconds: everySeconds, limitBytes: 1_000_000 },
        );
        if (log.kind === "unknown") return [unknownReading(subject, log.why, log.howToLearn)];
        if (log.kind === "known") texts.push(log.value);
      }
    }
    return readingsOf(texts.join("\n"), `${kube.label}: ${pods.items.length} pods in ${logs.namespace}`);
  },
});

function readingsOf(log: string, where: string): readonly Reading[] {
  const signatures = signaturesOf(log);
  const lines = signatures.reduce((sum, { count }) => sum + count, 0);
  return [
    healthy("log", lines, `${where}: ${lines} error lines of ${signatures.length} kinds`, [
      metric("log_error_lines", lines),
    ]),
    ...signatures
      .slice(0, mostSignatures)
      .map(({ id, template, count }) =>
        healthy(`log/${id}`, count, template, [metric("log_signature_lines", count, { signature: id })]),
      ),
  ];
}
