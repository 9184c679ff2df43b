import * as z from "zod";
import type { LiveCluster } from "../assess/live.ts";
import type { ServedCertificates } from "../assess/served-certificates.ts";
import { certificates } from "../assess/types.ts";
import type { Fact } from "../kernel/fact.ts";
import type { LiveCertificate, ServedCertificate } from "./facts.ts";

const Text = z.string().nullable().default(null);
const Texts = z.array(z.string()).default([]);

/** What is used of a Certificate (cert-manager.io/docs/reference/api-docs, v1). */
const Certificate = z.object({
  spec: z.object({ dnsNames: Texts, ipAddresses: Texts }).prefault({}),
  status: z
    .object({
      notBefore: Text,
      notAfter: Text,
      renewalTime: Text,
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), message: z.string().default("") }))
        .default([]),
    })
    .prefault({}),
});

/** cert-manager's Certificates, as it says of them itself. */
export function certificatesIn(live: LiveCluster): Fact<readonly LiveCertificate[]> {
  const list = live.of(certificates);
  if (list.kind !== "known") return list;
  const value = live.read(certificates, Certificate).map(({ object, value: { spec, status } }): LiveCertificate => {
    const ready = status.conditions.find(({ type }) => type === "Ready");
    return {
      namespace: object.metadata.namespace ?? "",
      name: object.metadata.name,
      names: [...spec.dnsNames, ...spec.ipAddresses],
      notBefore: status.notBefore,
      notAfter: status.notAfter,
      renewalTime: status.renewalTime,
      ready: ready === undefined ? null : ready.status === "True",
      message: ready?.message ?? "",
    };
  });
  return { ...list, value };
}

/** What the hosts of Ingresses show. */
export function servedIn(served: ServedCertificates): readonly ServedCertificate[] {
  return [...served].map(([host, answer]) => {
    const none = { host, notBefore: null, notAfter: null, issuer: "", fault: "", unknown: "" };
    if (answer.kind !== "known")
      return { ...none, unknown: answer.kind === "unknown" ? answer.why : "nothing was there" };
    if (answer.value.kind === "no-tls") return { ...none, fault: answer.value.why };
    const [own] = answer.value.chain;
    if (own === undefined) return { ...none, fault: "it shows no certificate" };
    const { distrust, wrongName } = answer.value;
    const fault =
      wrongName ?? (distrust === undefined || distrust === "CERT_HAS_EXPIRED" ? "" : `not trusted: ${distrust}`);
    const { notBefore, notAfter, issuer } = own;
    return { ...none, notBefore, notAfter, issuer, fault };
  });
}
