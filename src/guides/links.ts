import type { GuideLine } from "./line.ts";

/*
 * What of a running server belongs to a line: duties of the calendar, systems whose probes answer it, findings of what is
 * observed live. Ids only; a test holds them against the code that has them.
 */

/** Duty → numbers of the lines of guide A and B that it carries out. */
const linesOfDuty: Readonly<Record<string, readonly string[]>> = {
  "security-scans": ["A.190", "A.210", "B.2", "B.3", "B.19", "B.110", "B.130"],
  "daily-watch": ["B.1", "B.4"],
  "daily-health": ["B.5", "B.6", "B.7", "B.93", "B.96", "B.97", "B.98", "B.99", "B.100"],
  "backups-daily": ["A.150", "A.151", "A.152", "A.160", "A.162", "A.170", "A.172", "A.173"],
  "resource-review": ["B.11", "B.14", "B.15", "B.16", "B.17", "B.18", "B.111", "B.131"],
  "scan-review": ["A.192", "A.211", "A.213", "B.10", "B.12"],
  "container-images": ["B.13", "B.20", "B.21"],
  "backups-weekly": ["A.153", "A.154"],
  "version-updates": ["B.30", "B.31", "B.32", "B.33", "B.41", "B.42", "B.43", "B.112", "B.132"],
  "security-review": ["B.35", "B.36", "B.37"],
  "rotate-access-keys": ["B.34"],
  "restore-test": ["A.55", "A.171", "B.38", "B.39", "B.40", "B.80", "B.113"],
  "cert-manager": ["A.139"],
  "architecture-review": ["B.50", "B.51", "B.52", "B.53", "B.133"],
  "upgrade-review": ["A.6", "A.7"],
  "cost-review": ["B.54", "B.55", "B.56", "B.57"],
  "documentation-review": ["B.58", "B.59", "B.60", "B.61"],
  postgresql: ["A.135"],
  keycloak: ["A.138"],
  "ingress-nginx": ["A.140"],
  argocd: ["A.141"],
  redis: ["A.136"],
  "rotate-oauth-secrets": ["A.26"],
  "rotate-database-passwords": ["A.27"],
  "renew-certificates": ["B.73"],
  "major-versions": ["B.70", "B.71", "B.72"],
  "security-audit": ["B.74", "B.75", "B.76", "B.77"],
  "disaster-recovery-test": ["B.78", "B.79", "B.81", "B.134"],
};

/** Line → systems whose probes answer it. */
const systemsOfLine: Readonly<Record<string, readonly string[]>> = {
  "A.240": ["gitlab"],
  "A.241": ["postgresql"],
  "A.242": ["sharinghub"],
  "A.243": ["mlflow"],
  "A.244": ["postgresql"],
  "A.245": ["cert-manager"],
  "A.246": ["ingress-nginx"],
};

/** Line → the key metric that it asks for, by its id. */
const metricOfLine: Readonly<Record<string, string>> = {
  "A.260": "gitlab-requests",
  "A.261": "gitlab-git-operations",
  "A.262": "gitlab-sidekiq-queue",
  "A.263": "gitlab-database-pool",
  "A.264": "gitlab-redis-memory",
  "A.265": "sharinghub-requests",
  "A.266": "sharinghub-catalogue",
  "A.267": "sharinghub-gitlab-calls",
  "A.268": "sharinghub-token-refresh",
  "A.269": "mlflow-logging",
  "A.270": "mlflow-registry",
  "A.271": "mlflow-artifacts",
  "A.272": "mlflow-database",
  "A.273": "mlflow-s3",
};

/** Line → rules of what is observed outside of a repository; one that ends in `*` means all that begin so. */
const liveRulesOfLine: Readonly<Record<string, readonly string[]>> = {
  "A.16": ["drift-*"],
  "A.17": ["drift-*"],
  "A.18": ["drift-*"],
  "A.22": ["drift-*"],
  "A.23": ["drift-*"],
  "A.24": ["drift-*"],
  "A.31": ["branch-unreviewed"],
  "B.10": ["drift-*"],
};

/** The sections that are worked through together, as one checklist. */
const checklists: ReadonlySet<string> = new Set([
  "Before maintenance",
  "During maintenance",
  "After maintenance",
  "Going to production",
  "After going to production",
]);

export interface Links {
  readonly duties: readonly string[];
  readonly systems: readonly string[];
  readonly liveRules: readonly string[];
  /** Its id in GET /key-metrics. */
  readonly metric: string | undefined;
  /** A section of which this line is an item. */
  readonly checklist: string | undefined;
}

export function linksOf({ id, section }: Pick<GuideLine, "id" | "section">): Links {
  return {
    duties: Object.entries(linesOfDuty).flatMap(([duty, lines]) => (lines.includes(id) ? [duty] : [])),
    systems: systemsOfLine[id] ?? [],
    liveRules: liveRulesOfLine[id] ?? [],
    metric: metricOfLine[id],
    checklist: checklists.has(section) ? section : undefined,
  };
}

/** Every id that a line names, for the tests that they exist. */
export const linked = {
  lines: [
    ...Object.values(linesOfDuty).flat(),
    ...Object.keys(systemsOfLine),
    ...Object.keys(liveRulesOfLine),
    ...Object.keys(metricOfLine),
  ],
  duties: Object.keys(linesOfDuty),
  systems: [...new Set(Object.values(systemsOfLine).flat())],
  metrics: metricOfLine,
  sections: [...checklists],
};
