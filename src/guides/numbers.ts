/** The guides' own numbers: cadences, windows, clocks, retention. Data, so that a calendar and a page cannot disagree. */

export interface Cadence {
  readonly task: string;
  readonly every: "day" | "week" | "month" | "quarter" | "year";
  readonly at: string;
  readonly minutes: number;
}

/** B's recommended schedule. */
export const cadences: readonly Cadence[] = [
  { task: "Security scans", every: "day", at: "automated", minutes: 15 },
  { task: "Resource review", every: "week", at: "Monday 9:00", minutes: 30 },
  { task: "Version updates", every: "month", at: "first Friday", minutes: 120 },
  { task: "Architecture review", every: "quarter", at: "end of quarter", minutes: 240 },
  { task: "Disaster recovery test", every: "year", at: "planned window", minutes: 480 },
];

export interface MaintenanceWindow {
  readonly environment: "local" | "dev" | "staging" | "prod";
  readonly days: "any" | "weekdays" | "weekends" | "Sundays";
  /** Hours of the environment's clock, from and to; undefined: all day. */
  readonly hours?: readonly [from: number, to: number];
  readonly lengthHours?: number;
  readonly every: "as needed" | "week" | "month" | "quarter";
}

/** B's maintenance windows. */
export const windows: readonly MaintenanceWindow[] = [
  { environment: "local", days: "any", every: "as needed" },
  { environment: "dev", days: "weekdays", hours: [6, 8], lengthHours: 2, every: "week" },
  { environment: "staging", days: "weekends", hours: [2, 4], lengthHours: 2, every: "month" },
  { environment: "prod", days: "Sundays", hours: [2, 6], lengthHours: 4, every: "quarter" },
];

export interface Clock {
  readonly severity: "critical" | "high" | "medium" | "low";
  readonly hours: number;
  readonly suite: "smoke" | "full regression" | "standard";
}

/** A's response times. */
export const clocks: readonly Clock[] = [
  { severity: "critical", hours: 24, suite: "smoke" },
  { severity: "high", hours: 7 * 24, suite: "full regression" },
  { severity: "medium", hours: 30 * 24, suite: "standard" },
  { severity: "low", hours: 90 * 24, suite: "standard" },
];

export interface Retention {
  readonly store: string;
  readonly every: "day" | "week" | "before upgrades";
  /** Undefined: kept. */
  readonly days?: number;
}

/** A's backups of GitLab. */
export const retentions: readonly Retention[] = [
  { store: "PostgreSQL", every: "day", days: 30 },
  { store: "Git repositories", every: "day", days: 30 },
  { store: "LFS objects", every: "day", days: 30 },
  { store: "Container registry", every: "week", days: 14 },
  { store: "CI/CD artifacts", every: "week", days: 14 },
  { store: "Secrets", every: "before upgrades" },
];

export interface DependencyCadence {
  readonly dependency: string;
  readonly every: "month" | "quarter" | "half-year" | "as needed";
  readonly strategy: string;
  readonly check: string;
}

/** A's table of dependencies. */
export const dependencyCadences: readonly DependencyCadence[] = [
  { dependency: "PostgreSQL", every: "quarter", strategy: "in place, after a backup", check: "representative data" },
  { dependency: "Redis", every: "half-year", strategy: "rolling", check: "Sidekiq's jobs" },
  { dependency: "S3", every: "as needed", strategy: "the provider's", check: "its API" },
  { dependency: "Keycloak", every: "quarter", strategy: "EOEPCA's guidelines", check: "the OIDC flows" },
  { dependency: "cert-manager", every: "month", strategy: "its chart", check: "a renewal" },
  { dependency: "NGINX ingress", every: "quarter", strategy: "its chart", check: "the routing rules" },
  { dependency: "Argo CD", every: "quarter", strategy: "its chart", check: "a sync" },
];

/** `120` minutes as people say it: `2 h`. */
export function sayMinutes(minutes: number): string {
  return minutes < 60 ? `${minutes} min` : `${minutes / 60} h`;
}

/** A window as people say it: `Sundays 2–6, every quarter, 4 h`. */
export function sayWindow({ days, hours, lengthHours, every }: MaintenanceWindow): string {
  const when = hours === undefined ? `${days} time` : `${days} ${hours[0]}–${hours[1]}`;
  const often = every === "as needed" ? every : `every ${every}`;
  return [when, often, ...(lengthHours === undefined ? [] : [`${lengthHours} h`])].join(", ");
}
