import type { Rule, Severity } from "../systems/contract.ts";
import { alertRules } from "./alert-rules.ts";

interface Page {
  /** The usual one; production's trouble is critical. */
  readonly severity: Severity;
  readonly sources: readonly string[];
  readonly fix: string;
  readonly examples: Rule["examples"];
}

/** Of gitlab in production; the rest is as a healthy answer has it. */
function observed(more: string): Readonly<Record<string, string>> {
  return {
    "observation.yaml": `environment: production
component: gitlab
system: gitlab
at: "2026-11-20T09:00:00Z"
${more}`,
  };
}

const answer = `probe: readiness
tells: whole
subject: readiness
knownAt: "2026-11-20T09:00:00Z"
`;
const certificate = `probe: certificate
tells: upkeep
subject: certificate
knownAt: "2026-11-20T09:00:00Z"
`;
const silence = `probe: readiness
tells: whole
subject: readiness
state: unknown
evidence: connect ECONNREFUSED
howToLearn: Look whether something listens there.
`;

function logged(verdict: string): Readonly<Record<string, string>> {
  return {
    "signature.yaml": `environment: production
component: gitlab
signature: 9f2c
template: "PG::ConnectionBad: could not connect to server"
${verdict}`,
  };
}

const pages: Readonly<Record<string, Page>> = {
  "health-in-trouble": {
    severity: "critical",
    sources: [
      "https://sre.google/sre-book/monitoring-distributed-systems/: what is broken now, seen as its users see it",
    ],
    fix: "Look at the probe's answer and at what changed before it (`millwright health`, `millwright run list`); where the component is only affected, look at the one it needs first.",
    examples: {
      failing: [
        {
          name: "a probe was answered badly",
          files: observed(`${answer}state: unhealthy\nevidence: "503: database"\n`),
        },
      ],
      passing: [{ name: "it was answered well", files: observed(`${answer}state: healthy\nevidence: "200"\n`) }],
    },
  },
  "health-certificate-ended": {
    severity: "critical",
    sources: ["RFC 5280 section 4.1.2.5: a certificate is valid until its notAfter"],
    fix: "Renew the certificate, or have the server load the renewed one; then find out why nobody was told before.",
    examples: {
      failing: [
        {
          name: "a certificate that ended yesterday",
          files: observed(`${certificate}state: unhealthy\nvalue: -1\nevidence: "ended at 2026-11-19T08:00:00Z"\n`),
        },
      ],
      passing: [
        {
          name: "one with five days left: it wants care, and works",
          files: observed(`${certificate}state: unhealthy\nvalue: 5\nevidence: "valid until 2026-11-25, 5 days"\n`),
        },
      ],
    },
  },
  "health-needs-care": {
    severity: "medium",
    sources: [
      "RFC 5280 section 4.1.2.5: a certificate is valid until its notAfter",
      "https://prometheus.io/docs/practices/alerting/#capacity: what fills up is told before it is full",
    ],
    fix: "Do what the answer asks for before it hurts: renew the certificate, make room, put the migration right.",
    examples: {
      failing: [
        {
          name: "a certificate with five days left",
          files: observed(`${certificate}state: unhealthy\nvalue: 5\nevidence: "valid until 2026-11-25, 5 days"\n`),
        },
      ],
      passing: [
        {
          name: "one with sixty",
          files: observed(`${certificate}state: healthy\nvalue: 60\nevidence: "valid until 2027-01-19, 60 days"\n`),
        },
      ],
    },
  },
  "health-not-known": {
    severity: "medium",
    sources: [
      "https://prometheus.io/docs/practices/alerting/#metamonitoring: that the watching works has to be watched too",
    ],
    fix: "Do what the finding says would tell: mostly an address, a credential or a right is missing, or nothing listens.",
    examples: {
      failing: [
        { name: "no answer for two hours", files: observed(`${silence}knownAt: "2026-11-20T07:00:00Z"\n`) },
        { name: "never an answer", files: observed(`${silence}since: "2026-11-20T07:00:00Z"\n`) },
      ],
      passing: [{ name: "no answer for five minutes", files: observed(`${silence}knownAt: "2026-11-20T08:55:00Z"\n`) }],
    },
  },
  "health-log-errors": {
    severity: "medium",
    sources: [
      "https://sre.google/sre-book/monitoring-distributed-systems/#xref_monitoring_golden-signals: errors are one of four signals",
      "Przyborowski and Wilenski 1940: when two rates differ by more than chance makes them",
    ],
    fix: "Read the log around the lines, and what changed before the first of them; if they are known and harm nobody, suppress them with a reason.",
    examples: {
      failing: [
        {
          name: "lines that were never seen",
          files: logged("kind: new\nevidence: 12 lines in 1 h, none in 168 h before\n"),
        },
        {
          name: "many more than usual",
          files: logged("kind: rising\nevidence: 90 lines in 1 h, 30.0 times as many as usual\n"),
        },
      ],
      passing: [{ name: "as many as ever", files: logged("kind: usual\n") }],
      unknown: [
        {
          name: "a log that is read since an hour",
          files: logged("kind: unknown\nwhy: the log was read for 1 h before\n"),
        },
      ],
    },
  },
};

/** The rules about how components are, for their pages; a repository shows nothing of it. Throws Error for one without a page. */
export const healthPages: readonly Rule[] = alertRules.map(({ id, title, why }) => {
  const page = pages[id];
  if (page === undefined) throw new Error(`rule ${id} has no page`);
  return { ...page, id, title, why, group: "health", needs: [], check: () => [] };
});
