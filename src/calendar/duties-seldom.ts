import type { KnownDuty } from "./duties-known.ts";

const reviews: readonly KnownDuty[] = [
  {
    id: "architecture-review",
    title: "Architecture review",
    every: "quarter",
    on: "end of quarter",
    lengthMinutes: 240,
    guide: "B",
    steps: ["architecture", "scaling and capacity", "recovery procedures"],
    evidence: "the minutes, with what was decided",
  },
  {
    id: "upgrade-review",
    title: "Upgrade review",
    every: "quarter",
    on: "day 10",
    lengthMinutes: 120,
    guide: "A",
    steps: ["age and distance of every pin", "ends of life", "paths and their stops"],
    evidence: "the plan for the quarter",
  },
  {
    id: "cost-review",
    title: "Cost review",
    every: "quarter",
    on: "day 20",
    lengthMinutes: 120,
    guide: "B",
    steps: ["sizes that fit", "storage", "retention of data", "reserved capacity"],
    evidence: "the report, with what was decided",
  },
  {
    id: "documentation-review",
    title: "Documentation",
    every: "quarter",
    on: "day 30",
    lengthMinutes: 180,
    guide: "B",
    steps: ["diagrams", "runbooks", "deployment", "troubleshooting"],
    evidence: "the change requests",
  },
];

function dependency(id: string, title: string, every: "quarter" | "half-year", on: string, check: string): KnownDuty {
  return {
    id,
    title,
    every,
    on,
    lengthMinutes: 60,
    guide: "A",
    steps: ["read what changes", "upgrade as the guide says", check],
    evidence: `the check: ${check}`,
    raises: { disruptive: true, system: id },
  };
}

/** A's table of dependencies. S3 is *as needed*, which is not a cadence: its changes come as work orders of their own. */
const dependencies: readonly KnownDuty[] = [
  dependency("postgresql", "PostgreSQL", "quarter", "day 15", "representative data"),
  dependency("keycloak", "Keycloak", "quarter", "day 22", "the OIDC flows"),
  dependency("ingress-nginx", "NGINX ingress", "quarter", "day 36", "the routing rules"),
  dependency("argocd", "Argo CD", "quarter", "day 43", "a sync"),
  dependency("redis", "Redis", "half-year", "day 50", "Sidekiq's jobs"),
];

const rotations: readonly KnownDuty[] = [
  {
    id: "rotate-oauth-secrets",
    title: "Rotation of OAuth client secrets",
    every: "quarter",
    on: "day 5",
    lengthMinutes: 60,
    guide: "A",
    steps: ["each OAuth client's secret", "a login after it"],
    evidence: "the age of each secret before and after, and the login",
    raises: { disruptive: true },
  },
  {
    id: "rotate-database-passwords",
    title: "Rotation of database passwords",
    every: "year",
    on: "day 40",
    lengthMinutes: 120,
    guide: "A",
    steps: ["each database's password", "each client connects after it"],
    evidence: "the age of each password before and after",
    raises: { disruptive: true },
  },
  {
    id: "renew-certificates",
    title: "Renewal of certificates outside cert-manager",
    every: "year",
    on: "day 60",
    lengthMinutes: 60,
    guide: "B",
    steps: ["each certificate that nothing renews by itself"],
    evidence: "the certificates' new ends",
  },
];

const yearly: readonly KnownDuty[] = [
  {
    id: "major-versions",
    title: "Major versions: Kubernetes, Terraform, database engines",
    every: "year",
    on: "day 75",
    lengthMinutes: 480,
    guide: "B",
    steps: ["Kubernetes clusters", "Terraform", "database engines"],
    evidence: "the plans and their change requests",
    raises: { disruptive: true },
  },
  {
    id: "security-audit",
    title: "Security audit",
    every: "year",
    on: "day 255",
    lengthMinutes: 480,
    guide: "B",
    steps: ["audit", "penetration test", "review of access", "compliance"],
    evidence: "the reports",
  },
  {
    id: "disaster-recovery-test",
    title: "Disaster recovery test",
    every: "year",
    on: "day 135",
    lengthMinutes: 480,
    guide: "B",
    steps: ["a full drill with the time and the data lost", "failover to the other region", "rebuild from nothing"],
    evidence: "the drill's report, in which people attest what it does not show of a rebuild",
  },
];

export const seldomDuties: readonly KnownDuty[] = [...reviews, ...dependencies, ...rotations, ...yearly];
