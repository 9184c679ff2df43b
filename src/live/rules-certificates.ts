import type { Severity } from "../systems/contract.ts";
import { certificateYaml } from "./examples.ts";
import type { LiveCertificate, ServedCertificate } from "./facts.ts";
import { defineLiveRule, type LiveRule, type LiveVerdict } from "./rule.ts";

const day = 86_400_000;
/** cert-manager renews a month before the end of three; what is left of that is time to mend a renewal. */
const soonDays = 14;
/** A renewal is tried again for hours before it is a fault. */
const lateMillis = day;

const sources = ["https://cert-manager.io/docs/usage/certificate/#reissuance-triggered-by-expiry-renewal"];

function daysLeft(notAfter: string, now: string): number {
  return Math.floor((Date.parse(notAfter) - Date.parse(now)) / day);
}

interface Dated {
  readonly subject: string;
  readonly place: string;
  readonly words: string;
  readonly notAfter: string | null;
  readonly fix: string;
}

function managed({ namespace, name, names, notAfter }: LiveCertificate): Dated {
  return {
    subject: `certificate/${namespace}/${name}`,
    place: `${namespace}/Certificate/${name}`,
    words: `Certificate ${namespace}/${name}${names.length === 0 ? "" : ` (${names.slice(0, 3).join(", ")})`}`,
    notAfter,
    fix: `\`kubectl describe certificate -n ${namespace} ${name}\`, then its CertificateRequest, Order and Challenge; \`cmctl renew -n ${namespace} ${name}\`.`,
  };
}

function shown({ host, notAfter }: ServedCertificate): Dated {
  return {
    subject: `certificate/${host}`,
    place: `_/Host/${host}`,
    words: `What ${host} serves`,
    notAfter,
    fix: "See what the ingress controller serves for this host; renew it, or have it load the renewed one.",
  };
}

const ready = 'conditions: [{ type: Ready, status: "True" }]';
const fine = certificateYaml(`{ notAfter: "2027-01-20T00:00:00Z", renewalTime: "2026-12-20T00:00:00Z", ${ready} }`);

const expired = defineLiveRule({
  id: "certificate-expired",
  title: "A certificate has expired",
  group: "certificates",
  severity: "high",
  why: "Browsers, runners and clients refuse the connection: what stands behind it is down for all who check.",
  sources: ["RFC 5280 section 4.1.2.5", ...sources],
  fix: "Renew it now; then find out why nobody was told before.",
  needs: ["certificates", "served"],
  examples: {
    failing: [
      {
        name: "an end that is past",
        files: {
          "cluster.yaml": certificateYaml(
            `{ notAfter: "2026-11-19T00:00:00Z", renewalTime: "2026-10-20T00:00:00Z", ${ready} }`,
          ),
        },
      },
    ],
    passing: [{ name: "two months left", files: { "cluster.yaml": fine } }],
    unknown: [{ name: "cert-manager has not said when it ends", files: { "cluster.yaml": certificateYaml("{}") } }],
  },
  *check({ certificates, served, production, now }): Iterable<LiveVerdict> {
    const severity: Severity = production ? "critical" : "high";
    for (const one of [...certificates.map(managed), ...served.filter((host) => host.unknown === "").map(shown)]) {
      if (one.notAfter === null)
        yield { kind: "unknown", subject: one.subject, why: "it is not known when it ends", howToLearn: one.fix };
      else if (Date.parse(one.notAfter) < Date.parse(now))
        yield {
          kind: "finding",
          subject: one.subject,
          place: one.place,
          severity,
          message: `${one.words} expired at ${one.notAfter}.`,
          fix: one.fix,
        };
    }
    for (const { host, unknown } of served)
      if (unknown !== "")
        yield {
          kind: "unknown",
          subject: `certificate/${host}`,
          why: unknown,
          howToLearn: "Look from a machine that reaches the platform as its users do.",
        };
  },
});

const endsSoon = defineLiveRule({
  id: "certificate-ends-soon",
  title: "A certificate ends within two weeks",
  group: "certificates",
  severity: "high",
  why: "cert-manager renews at two thirds of the life; one that is still there so late will not renew by itself.",
  sources,
  fix: "Renew it before its end.",
  needs: ["certificates", "served"],
  examples: {
    failing: [
      {
        name: "ten days left",
        files: {
          "cluster.yaml": certificateYaml(
            `{ notAfter: "2026-11-30T09:00:00Z", renewalTime: "2026-11-29T00:00:00Z", ${ready} }`,
          ),
        },
      },
    ],
    passing: [{ name: "two months left", files: { "cluster.yaml": fine } }],
  },
  *check({ certificates, served, production, now }): Iterable<LiveVerdict> {
    for (const one of [...certificates.map(managed), ...served.filter((host) => host.unknown === "").map(shown)]) {
      if (one.notAfter === null || Date.parse(one.notAfter) < Date.parse(now)) continue;
      const days = daysLeft(one.notAfter, now);
      if (days >= soonDays) continue;
      yield {
        kind: "finding",
        subject: one.subject,
        place: one.place,
        severity: production || days < 3 ? "high" : "medium",
        message: `${one.words} ends in ${days} days, at ${one.notAfter}.`,
        fix: one.fix,
      };
    }
  },
});

const renewalFailing = defineLiveRule({
  id: "certificate-renewal-failing",
  title: "A certificate is not renewed",
  group: "certificates",
  severity: "medium",
  why: "cert-manager wants to renew it and cannot: the outage has a date already.",
  sources: ["https://cert-manager.io/docs/troubleshooting/acme/", ...sources],
  fix: "Follow the Certificate to its CertificateRequest, Order and Challenge.",
  needs: ["certificates"],
  examples: {
    failing: [
      {
        name: "not ready",
        files: {
          "cluster.yaml": certificateYaml(
            '{ notAfter: "2027-01-20T00:00:00Z", conditions: [{ type: Ready, status: "False", message: the issuer refuses }] }',
          ),
        },
      },
      {
        name: "its renewal is more than a day late",
        files: {
          "cluster.yaml": certificateYaml(
            `{ notAfter: "2026-12-15T00:00:00Z", renewalTime: "2026-11-15T00:00:00Z", ${ready} }`,
          ),
        },
      },
    ],
    passing: [{ name: "ready, and not due", files: { "cluster.yaml": fine } }],
    unknown: [{ name: "cert-manager has not looked at it", files: { "cluster.yaml": certificateYaml("{}") } }],
  },
  *check({ certificates, production, now }): Iterable<LiveVerdict> {
    for (const one of certificates) {
      const { subject, place, words, fix } = managed(one);
      if (one.ready === null) {
        yield { kind: "unknown", subject, why: "cert-manager has not said anything about it", howToLearn: fix };
        continue;
      }
      const late = one.renewalTime !== null && Date.parse(now) - Date.parse(one.renewalTime) > lateMillis;
      if (one.ready && !late) continue;
      const why = one.ready ? `its renewal was due at ${one.renewalTime}` : `it is not ready: ${one.message}`;
      yield {
        kind: "finding",
        subject,
        place,
        severity: production ? "high" : "medium",
        message: `${words}: ${why}.`,
        fix,
      };
    }
  },
});

const servedWrong = defineLiveRule({
  id: "certificate-served-wrong",
  title: "A host shows a certificate that its users cannot trust",
  group: "certificates",
  severity: "high",
  why: "People learn to click warnings away, and programs stop: the controller's own self-signed certificate stands in for the one that is missing.",
  sources: ["RFC 9525", "https://kubernetes.github.io/ingress-nginx/user-guide/tls/#default-ssl-certificate"],
  fix: "See which Secret the Ingress names, and whether it is there and holds this name.",
  needs: ["served"],
  examples: {
    failing: [
      {
        name: "for another name",
        files: { "served.yaml": "host: mlflow.example.org\nfault: it is for ingress.local\n" },
      },
    ],
    passing: [{ name: "trusted, for this name", files: { "served.yaml": 'host: mlflow.example.org\nfault: ""\n' } }],
  },
  *check({ served }): Iterable<LiveVerdict> {
    for (const one of served) {
      if (one.fault === "") continue;
      const { subject, place, fix } = shown(one);
      yield { kind: "finding", subject, place, message: `${one.host}: ${one.fault}.`, fix };
    }
  },
});

export const certificateRules: readonly LiveRule[] = [expired, endsSoon, renewalFailing, servedWrong];
