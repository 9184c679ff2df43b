import * as z from "zod";
import type { SeenCertificate, TlsAnswer } from "../kernel/probe-ports.ts";
import { defineProbe, type Probe, type Reading } from "./probe.ts";
import { absentReading, healthy, judged, metric, unhealthy } from "./readings.ts";

const day = 86_400_000;

/**
 * Whoever renews it, the certificate that is really shown: cert-manager's objects say what is in a Secret, not what a server
 * that never reloaded still serves.
 */
export const certificateProbe: Probe = defineProbe({
  id: "certificate",
  tells: "upkeep",
  title: "Is the certificate that is shown trusted, for this name, and valid long enough?",
  needs: ["tls", "clock"],
  inputs: z.object({
    url: z.url({ protocol: /^https?$/ }),
    minCertificateDays: z
      .number()
      .positive()
      .default(21)
      .describe("Fewer days left are unhealthy; cert-manager renews at a third of the life"),
  }),
  everySeconds: 3600,
  timeoutSeconds: 20,
  source: "RFC 5280 section 4.1.2.5 (validity), RFC 9525 (names); cert-manager.io/docs/usage/certificate (renewal)",
  async read({ tls, clock }, settings) {
    const target = new URL(settings.url);
    const subject = "certificate";
    if (target.protocol === "http:") return [absentReading(subject, `${target.host} is asked without TLS`)];
    const host = target.hostname.replace(/^\[|\]$/g, "");
    const answer = await tls.inspect({ host, port: Number(target.port === "" ? "443" : target.port) });
    if (answer.kind === "no-tls") return [unhealthy(subject, "no TLS", answer.why)];
    return certificateReadings(answer, target.host, Date.parse(clock.now()), settings.minCertificateDays);
  },
});

type Chain = Extract<TlsAnswer, { readonly kind: "chain" }>;

function certificateReadings(answer: Chain, host: string, now: number, minDays: number): readonly Reading[] {
  const [own] = answer.chain;
  if (own === undefined) return [unhealthy("certificate", "none", `${host}: the handshake shows no certificate`)];
  const first = [...answer.chain].sort((a, b) => Date.parse(a.notAfter) - Date.parse(b.notAfter))[0] ?? own;
  const daysLeft = Math.floor((Date.parse(first.notAfter) - now) / day);
  const whose = first === own ? own.subject : `${first.subject}, which issued it,`;
  return [
    validity(own, daysLeft, `${host}: ${whose} ${untilWords(first.notAfter, now)}`, now, minDays),
    answer.distrust === undefined || answer.distrust === "CERT_HAS_EXPIRED"
      ? healthy("certificate/chain", answer.chain.length, `${host}: issued by ${own.issuer}, ${answer.protocol}`)
      : unhealthy("certificate/chain", answer.distrust, `${host}: issued by ${own.issuer}: ${answer.distrust}`),
    answer.wrongName === undefined
      ? healthy("certificate/name", own.names.join(" "), `${host} is among its names`)
      : unhealthy("certificate/name", own.names.join(" "), `${host}: ${answer.wrongName}`),
  ];
}

/** What is over says the minute: it may have been an hour ago. */
function untilWords(notAfter: string, now: number): string {
  return Date.parse(notAfter) < now
    ? `was valid until ${notAfter.slice(0, 16)}Z and has expired`
    : `is valid until ${notAfter.slice(0, 10)}`;
}

function validity(own: SeenCertificate, daysLeft: number, evidence: string, now: number, minDays: number): Reading {
  const metrics = [metric("certificate_days_left", daysLeft)];
  if (Date.parse(own.notBefore) > now)
    return unhealthy("certificate", daysLeft, `${evidence}, and only from ${own.notBefore.slice(0, 10)}`, metrics);
  return judged(
    daysLeft >= minDays,
    "certificate",
    daysLeft,
    daysLeft < 0 ? evidence : `${evidence}, ${daysLeft} days`,
    metrics,
  );
}
