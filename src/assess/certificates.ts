import * as z from "zod";
import type { Instant } from "../kernel/instant.ts";
import type { KubeObject } from "../kernel/kube.ts";
import type { Row, Section, Unseen } from "../reports/assess/assessment.ts";
import type { LiveCluster } from "./live.ts";
import { counted, daysUntil, hoursSince, isOwnMachinery, placed, section } from "./section.ts";
import { Ingress, type ServedCertificates, servedRows } from "./served-certificates.ts";
import { certificates, ingresses, secrets } from "./types.ts";

const Certificate = z.object({
  spec: z.object({ secretName: z.string().default(""), dnsNames: z.array(z.string()).default([]) }).prefault({}),
  status: z
    .object({
      notAfter: z.string().optional(),
      renewalTime: z.string().optional(),
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), message: z.string().optional() }))
        .default([]),
    })
    .prefault({}),
});

/** Below this a certificate that nobody renewed is a fault: cert-manager renews a month before the end of three. */
const urgentDays = 14;

/**
 * When certificates end: cert-manager's own by their status. Of the others only that they are there: their dates stand in
 * Secrets, which an observer does not read. `served` is what the hosts showed, where they were asked.
 */
export function certificateSection(live: LiveCluster, served: ServedCertificates, now: Instant): Section {
  const managed = live.read(certificates, Certificate);
  const owned = new Set(managed.map(({ object, value }) => `${object.metadata.namespace}/${value.spec.secretName}`));
  const inIngress = live.read(ingresses, Ingress);
  const used = new Set(
    inIngress.flatMap(({ object, value }) =>
      value.spec.tls.map((tls) => `${object.metadata.namespace}/${tls.secretName}`),
    ),
  );
  return section({
    id: "certificates",
    title: "Certificates",
    columns: ["Certificate", "For", "Ends in days", "Kept by"],
    rows: [
      ...managed.map(({ object, value }) => managedRow(object, value, now)),
      ...inIngress.flatMap(({ object, value }) => foreignRows(object, value, owned, live, served)),
      ...servedRows(served, urgentDays, now),
      ...looseSecrets(live, owned, used),
    ],
    unseen: [...live.unseen(certificates, ingresses), ...unseenSecrets(live)],
    none: "No certificates: neither cert-manager's nor in an Ingress.",
    fine: (count) => `All ${counted(count, "certificate")} valid.`,
    faulty: {
      bad: (count) => `${counted(count, "certificate")} at fault`,
      warn: (count) => `${counted(count, "certificate")} worth a look`,
    },
  });
}

type Managed = z.infer<typeof Certificate>;

function managedRow({ metadata }: KubeObject, value: Managed, now: Instant): Row {
  const { spec, status } = value;
  const days = daysUntil(status.notAfter, now);
  const cells = [placed(metadata), spec.dnsNames.join(" "), days === undefined ? "?" : String(days), "cert-manager"];
  const next = `\`kubectl describe certificate -n ${metadata.namespace} ${metadata.name}\`, then its CertificateRequest, Order and Challenge.`;
  const judged = judgeManaged(value, days, now);
  return judged.mark === "good" ? { ...judged, cells } : { ...judged, cells, next };
}

function judgeManaged({ status }: Managed, days: number | undefined, now: Instant): Pick<Row, "mark" | "why"> {
  const ready = status.conditions.find(({ type }) => type === "Ready");
  if (days !== undefined && days < 0) return { mark: "bad", why: "It has expired." };
  if (ready?.status === "False") return { mark: "bad", why: ready.message ?? "It is not ready." };
  if (ready === undefined || days === undefined)
    return { mark: "unknown", why: "cert-manager has not said anything about it." };
  if (days < urgentDays) return { mark: "bad", why: "It should have been renewed by now." };
  return isLate(status.renewalTime, now)
    ? { mark: "warn", why: "Its renewal is more than a day late." }
    : { mark: "good" };
}

function isLate(renewal: string | undefined, now: Instant): boolean {
  return (hoursSince(renewal, now) ?? -1) > 24;
}

function foreignRows(
  { metadata }: KubeObject,
  { spec }: z.infer<typeof Ingress>,
  owned: ReadonlySet<string>,
  live: LiveCluster,
  served: ServedCertificates,
): readonly Row[] {
  return spec.tls.flatMap(({ hosts, secretName }): readonly Row[] => {
    const key = `${metadata.namespace}/${secretName}`;
    if (secretName === undefined || owned.has(key)) return [];
    const listed = live.of(secrets);
    const isThere = live.items(secrets).some((one) => placed(one.metadata) === key);
    const cells = [key, hosts.join(" "), "?", "not cert-manager"];
    if (listed.kind === "known" && !isThere) {
      const why = `Ingress ${placed(metadata)} names a Secret that is not there: the controller serves its own certificate.`;
      return [{ mark: "bad", cells, why, next: `Create it, or annotate the Ingress for cert-manager.` }];
    }
    if (hosts.length > 0 && hosts.every((one) => served.has(one))) return [];
    const host = hosts[0] ?? "HOST";
    return [
      {
        mark: "unknown",
        cells,
        why: "Nothing here renews it, and when it ends stands in a Secret that is not read.",
        next: `\`openssl s_client -connect ${host}:443 -servername ${host} </dev/null | openssl x509 -noout -enddate\`, or \`--probe\` here.`,
      },
    ];
  });
}

/** Reading Secrets is no observer's right, and listing them cannot be had without: that they stay unseen is meant so. */
function unseenSecrets(live: LiveCluster): readonly Unseen[] {
  return live.unseen(secrets).map(({ what }) => ({
    what,
    why: "The account may not list Secrets, as an observer should not: Kubernetes cannot show their names without their values.",
    howToLearn: "Ask the hosts instead (`--probe`); do not widen the account.",
  }));
}

/** TLS Secrets that neither cert-manager nor an Ingress accounts for. Told apart by cert-manager's annotation, since the type is not in the metadata. */
function looseSecrets(live: LiveCluster, owned: ReadonlySet<string>, used: ReadonlySet<string>): readonly Row[] {
  return live.items(secrets).flatMap(({ metadata }): readonly Row[] => {
    const key = placed(metadata);
    const looksLike = /(?:^|-)tls$|-cert(?:ificate)?s?$/.test(metadata.name);
    if (!looksLike || owned.has(key) || used.has(key) || isOwnMachinery(metadata.namespace)) return [];
    if (metadata.annotations?.["cert-manager.io/certificate-name"] !== undefined) return [];
    return [
      {
        mark: "note",
        cells: [key, "", "?", "unknown"],
        why: "A Secret by this name may hold a certificate that nobody renews.",
      },
    ];
  });
}
