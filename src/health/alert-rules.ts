import type { Instant } from "../kernel/instant.ts";
import type { Standing } from "../observations/store-read.ts";
import type { Severity } from "../systems/contract.ts";
import { type ComponentHealth, healthOf, type Needs, troubleInWords } from "./components.ts";
import { type Patience, usualPatience } from "./patience.ts";
import type { SignatureVerdict } from "./signatures.ts";

/** What alert rules judge by. */
export interface HealthFacts {
  readonly standings: readonly Standing[];
  readonly components: readonly ComponentHealth[];
  readonly signatures: readonly SignatureVerdict[];
  readonly now: Instant;
  readonly patience: Patience;
}

/** What a rule says of one subject. What it does not name is well, as far as it is known. */
export type AlertVerdict = {
  readonly environment: string;
  /** `component/gitlab`. */
  readonly subject: string;
  /** Which of several: probe and subject. */
  readonly key: string;
} & (
  | { readonly kind: "finding"; readonly severity: Severity; readonly message: string; readonly fix: string }
  | { readonly kind: "unknown"; readonly why: string; readonly howToLearn: string }
);

export interface AlertRule {
  readonly id: string;
  readonly title: string;
  readonly why: string;
  check(facts: HealthFacts): readonly AlertVerdict[];
}

const inTrouble: AlertRule = {
  id: "health-in-trouble",
  title: "A component is in trouble",
  why: "A probe asked something that must be answered, and the answer was bad.",
  // What a fence holds down is planned, and so is what follows from it.
  check: ({ components }) =>
    components
      .filter(({ held }) => held === undefined)
      .flatMap((one) =>
        one.trouble.map((standing) => ({
          ...placeOf(standing),
          kind: "finding" as const,
          severity: one.health.kind === "affected" ? ("low" as const) : grave(standing.environment),
          message: troubleInWords(one, standing),
          fix:
            one.health.kind === "affected"
              ? `Look at ${one.health.causes.join(", ")} first.`
              : `${one.blind.map(({ component }) => `Look at ${component} first. `).join("")}Look at ${one.component}; see: millwright observation list --component ${one.component}`,
        })),
      ),
};

function grave(environment: string): Severity {
  return environment === "production" ? "critical" : "high";
}

const needsCare: AlertRule = {
  id: "health-needs-care",
  title: "A component works and wants something done",
  why: "Certificates that end, quotas that fill up, migrations that failed are cheap before they hurt.",
  check: ({ components }) =>
    components.flatMap(({ upkeep }) =>
      upkeep
        .filter((standing) => !hasEnded(standing))
        .map((standing) => ({
          ...placeOf(standing),
          kind: "finding" as const,
          severity: "medium" as const,
          message: standing.evidence,
          fix:
            standing.probe === "certificate"
              ? renew
              : `See: millwright observation list --component ${standing.component}`,
        })),
    ),
};

const renew = "Renew it, or have the server load the renewed one.";

/** Whoever renews it: nobody who checks certificates is served any more, so that this is trouble, not upkeep. */
const certificateEnded: AlertRule = {
  id: "health-certificate-ended",
  title: "A certificate that is in use has ended",
  why: "Whoever checks certificates is not served any more, and whoever does not check learns not to.",
  check: ({ components }) =>
    components.flatMap(({ upkeep }) =>
      upkeep.filter(hasEnded).map((standing) => ({
        ...placeOf(standing),
        kind: "finding" as const,
        severity: grave(standing.environment),
        message: standing.evidence,
        fix: renew,
      })),
    ),
};

function hasEnded({ probe, value }: Standing): boolean {
  return probe.startsWith("certificate") && typeof value === "number" && value < 0;
}

const blind: AlertRule = {
  id: "health-not-known",
  title: "It has not been known for too long how a component is",
  why: "What nobody sees is not healthy. A target that hangs or refuses hides the next outage.",
  check: ({ standings, now, patience }) =>
    standings
      .filter(
        (one) =>
          one.state === "unknown" && one.held === undefined && unknownMillis(one, now) >= patientMillis(one, patience),
      )
      .map((standing) => ({
        ...placeOf(standing),
        kind: "finding" as const,
        severity: "medium" as const,
        message: `${standing.evidence}; last known ${standing.knownAt ?? "never"}`,
        fix: standing.howToLearn ?? "Look at the probe.",
      })),
};

function unknownMillis({ since, knownAt }: Standing, now: Instant): number {
  return Date.parse(now) - Date.parse(knownAt ?? since);
}

/** Never before several looks: a probe that comes once an hour has not failed for ten minutes. */
function patientMillis(standing: Standing, patience: Patience): number {
  return Math.max(patience(standing) * 60_000, Date.parse(standing.staleAt) - Date.parse(standing.at));
}

const newErrors: AlertRule = {
  id: "health-log-errors",
  title: "The log shows errors that are new or rising",
  why: "A new kind of error after a change, or many more of an old one, shows before people complain.",
  check: ({ signatures }) =>
    signatures.flatMap((verdict): readonly AlertVerdict[] => {
      const place = {
        environment: verdict.environment,
        subject: `component/${verdict.component}`,
        key: `log/${verdict.signature}`,
      };
      switch (verdict.kind) {
        case "usual":
          return [];
        case "unknown":
          return [
            {
              ...place,
              kind: "unknown" as const,
              why: verdict.why,
              howToLearn: "Wait until the log was read for a day.",
            },
          ];
        case "new":
        case "rising":
          return [
            {
              ...place,
              kind: "finding" as const,
              severity: "medium" as const,
              message: `${verdict.evidence}: ${verdict.template}`,
              fix: "Read the log around it; if it is known, suppress it with a reason.",
            },
          ];
      }
    }),
};

function placeOf(standing: Standing) {
  return {
    environment: standing.environment,
    subject: `component/${standing.component}`,
    key: `${standing.probe}/${standing.subject}`,
  };
}

export const alertRules: readonly AlertRule[] = [inTrouble, certificateEnded, needsCare, blind, newErrors];

/** The facts of this moment. */
export function healthFacts(
  standings: readonly Standing[],
  needs: Needs,
  signatures: readonly SignatureVerdict[],
  now: Instant,
  patience: Patience = usualPatience,
): HealthFacts {
  return { standings, components: healthOf(standings, needs), signatures, now, patience };
}
