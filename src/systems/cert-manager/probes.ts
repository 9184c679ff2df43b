import * as z from "zod";
import { defineProbe, type Probe, type Reading } from "../probe.ts";
import { listed } from "../probe-kube.ts";
import { absentReading, judged, metric, unknownReading } from "../readings.ts";

const Certificate = z.object({
  status: z
    .object({
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), message: z.string().optional() }))
        .default([]),
      notAfter: z.iso.datetime().optional(),
      renewalTime: z.iso.datetime().optional(),
    })
    .optional(),
});

/** A renewal is tried again for hours before it is a fault. */
const lateMillis = 24 * 3_600_000;

const certificates = defineProbe({
  id: "certificates",
  tells: "upkeep",
  title: "Are cert-manager's certificates ready and renewed in time?",
  needs: ["kube", "clock"],
  inputs: z.object({}),
  everySeconds: 600,
  timeoutSeconds: 30,
  source: "cert-manager.io/docs/reference/api-docs: Certificate status conditions Ready, notAfter, renewalTime",
  async read({ kube, clock }) {
    const subject = "certificates";
    const answer = await listed(
      kube,
      { subject, type: { apiVersion: "cert-manager.io/v1", plural: "certificates" } },
      Certificate,
    );
    if (answer.kind === "reading") return [answer.reading];
    if (answer.items.length === 0) return [absentReading(subject, `${kube.label}: no Certificate`)];
    const now = Date.parse(clock.now());
    return answer.items.map(({ name, value }) => readingOf(name, value.status, now));
  },
});

function readingOf(name: string, status: z.output<typeof Certificate>["status"], now: number): Reading {
  const subject = `certificate/${name}`;
  const ready = status?.conditions.find(({ type }) => type === "Ready");
  if (status === undefined || ready === undefined)
    return unknownReading(subject, "cert-manager has not looked at it yet", `kubectl describe certificate ${name}`);
  const late = isLate(status.renewalTime, now);
  const good = ready.status === "True" && !late;
  const said = [`Ready=${ready.status}`, ready.message, late ? "the renewal is late" : undefined]
    .filter(Boolean)
    .join(", ");
  if (status.notAfter === undefined) return judged(good, subject, ready.status, said);
  const days = Math.floor((Date.parse(status.notAfter) - now) / 86_400_000);
  const metrics = [metric("certificate_days_left", days, { certificate: name })];
  return judged(good && days >= 0, subject, days, days < 0 ? said : `${said}, ${days} days left`, metrics);
}

function isLate(renewalTime: string | undefined, now: number): boolean {
  return renewalTime !== undefined && now - Date.parse(renewalTime) > lateMillis;
}

export const certManagerProbes: readonly Probe[] = [certificates];
