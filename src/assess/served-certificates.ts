import * as z from "zod";
import { messageOf, SystemError } from "../kernel/errors.ts";
import { type Fact, known, unknown } from "../kernel/fact.ts";
import type { Instant } from "../kernel/instant.ts";
import type { SeenCertificate, TlsAnswer, TlsInspector } from "../kernel/probe-ports.ts";
import type { Row } from "../reports/assess/assessment.ts";
import type { LiveCluster } from "./live.ts";
import { daysUntil } from "./section.ts";
import { ingresses } from "./types.ts";

/** What hosts of Ingresses show to who connects, by host. */
export type ServedCertificates = ReadonlyMap<string, Fact<TlsAnswer>>;

/** What is used of an Ingress. */
export const Ingress = z.object({
  spec: z.object({
    tls: z.array(z.object({ hosts: z.array(z.string()).default([]), secretName: z.string().optional() })).default([]),
  }),
});

/** Hosts beyond this are not asked: a page is not a monitoring system. */
const mostHosts = 100;
const atOnce = 8;

/** Shakes hands with every host that an Ingress serves over TLS; nothing is sent after. Wildcards name no host. */
export async function probeIngresses(live: LiveCluster, tls: TlsInspector): Promise<ServedCertificates> {
  const hosts = live.read(ingresses, Ingress).flatMap(({ value }) => value.spec.tls.flatMap((one) => one.hosts));
  const waiting = [...new Set(hosts)].filter((host) => !host.startsWith("*")).slice(0, mostHosts);
  const seen = new Map<string, Fact<TlsAnswer>>();
  const work = async (): Promise<void> => {
    for (let host = waiting.shift(); host !== undefined; host = waiting.shift()) seen.set(host, await probe(host, tls));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return seen;
}

async function probe(host: string, tls: TlsInspector): Promise<Fact<TlsAnswer>> {
  try {
    return known(await tls.inspect({ host, port: 443 }), `${host}:443`);
  } catch (thrown) {
    if (!(thrown instanceof SystemError)) throw thrown;
    return unknown(messageOf(thrown), "Look from a machine that reaches the platform as its users do.");
  }
}

/** A row for each host that was asked. */
export function servedRows(served: ServedCertificates, urgentDays: number, now: Instant): readonly Row[] {
  return [...served].map(([host, answer]): Row => {
    if (answer.kind !== "known") {
      const [why, next] = answer.kind === "unknown" ? [answer.why, answer.howToLearn] : ["Nothing was there.", ""];
      return { mark: "unknown", cells: [`${host}:443`, host, "?", "as served"], why, next };
    }
    const [own] = answer.value.kind === "chain" ? answer.value.chain : [];
    const days = own === undefined ? undefined : daysUntil(own.notAfter, now);
    const fault = faultOf(answer.value, own, days, urgentDays);
    const cells = [`${host}:443`, host, days === undefined ? "?" : String(days), `as served, by ${own?.issuer ?? "?"}`];
    if (fault === undefined) return { mark: "good", cells };
    return {
      mark: "bad",
      cells,
      why: fault,
      next: "See what the ingress controller serves for this host, and renew it.",
    };
  });
}

function faultOf(
  answer: TlsAnswer,
  own: SeenCertificate | undefined,
  days: number | undefined,
  urgentDays: number,
): string | undefined {
  if (answer.kind === "no-tls") return answer.why;
  if (own === undefined || days === undefined) return "It shows no certificate.";
  if (days < 0) return "It has expired.";
  if (answer.wrongName !== undefined) return answer.wrongName;
  if (answer.distrust !== undefined) return `Its chain is not trusted (${answer.distrust}).`;
  return days < urgentDays ? "It ends soon, and is still the one that is served." : undefined;
}
