import type { Turn } from "./dates.ts";

/** A recurring duty as one of the guides has it. */
export interface KnownDuty {
  readonly id: string;
  readonly title: string;
  readonly every: Turn;
  /** As `duties[].on` is written; the turn's usual day when left out. */
  readonly on?: string;
  /** The guides' own where they give one (`guides` says which do), else an assumption to be replaced by the team's. */
  readonly lengthMinutes: number;
  /** Which guide asks for it: A, the maintenance guidelines; B, the infrastructure maintenance guide. */
  readonly guide: "A" | "B";
  /** Done by a job; a person looks at it when it fails. */
  readonly automated?: true;
  /** What has to be looked at or done. */
  readonly steps: readonly string[];
  /** What proves that it was done. */
  readonly evidence: string;
  /** Doing it changes an environment: a work order is raised in each one, or in those with the system. */
  readonly raises?: { readonly disruptive: boolean; readonly system?: string };
}

const report = "the report, or a link to it";

const daily: readonly KnownDuty[] = [
  {
    id: "security-scans",
    title: "Security scans",
    every: "day",
    on: "07:00",
    lengthMinutes: 15,
    automated: true,
    guide: "B",
    steps: ["infrastructure code", "images and dependencies", "what is new since yesterday"],
    evidence: "the scanners' reports",
  },
  {
    id: "daily-watch",
    title: "Drift and cost alerts",
    every: "day",
    on: "07:15",
    lengthMinutes: 10,
    automated: true,
    guide: "B",
    steps: ["drift of Terraform and Argo CD", "cost alerts"],
    evidence: report,
  },
  {
    id: "daily-health",
    title: "Health, logs and backups",
    every: "day",
    on: "09:00",
    lengthMinutes: 15,
    guide: "B",
    steps: ["use of resources", "new errors in the logs", "last night's backups"],
    evidence: "what was seen, in a sentence each",
  },
  {
    id: "backups-daily",
    title: "Backup of GitLab's database, repositories and LFS objects",
    every: "day",
    on: "03:00",
    lengthMinutes: 60,
    automated: true,
    guide: "A",
    steps: ["PostgreSQL", "Git repositories", "LFS objects"],
    evidence: "the receipts",
  },
];

const weekly: readonly KnownDuty[] = [
  {
    id: "resource-review",
    title: "Resource review",
    every: "week",
    on: "Monday 9:00",
    lengthMinutes: 30,
    guide: "B",
    steps: ["dashboards", "quotas", "scaling events", "unused resources", "cost report"],
    evidence: report,
  },
  {
    id: "scan-review",
    title: "Review of scan reports and drift",
    every: "week",
    on: "Monday 10:00",
    lengthMinutes: 30,
    guide: "B",
    steps: ["drift of the state", "reports of the week's scans, each finding with a decision"],
    evidence: "the decisions",
  },
  {
    id: "container-images",
    title: "Update of container images",
    every: "week",
    on: "Tuesday 9:00",
    lengthMinutes: 30,
    guide: "B",
    steps: ["rebuilt and newer images, by digest"],
    evidence: "the change requests",
    raises: { disruptive: true },
  },
  {
    id: "backups-weekly",
    title: "Backup of the container registry and CI artifacts",
    every: "week",
    on: "Saturday 03:00",
    lengthMinutes: 120,
    automated: true,
    guide: "A",
    steps: ["container registry", "CI artifacts"],
    evidence: "the receipts",
  },
];

const monthly: readonly KnownDuty[] = [
  {
    id: "version-updates",
    title: "Version updates",
    every: "month",
    on: "first Friday",
    lengthMinutes: 120,
    guide: "B",
    steps: ["Terraform providers", "Helm charts", "base images", "fit with the Kubernetes version"],
    evidence: "the change requests",
    raises: { disruptive: true },
  },
  {
    id: "security-review",
    title: "Security review",
    every: "month",
    on: "second Tuesday",
    lengthMinutes: 120,
    guide: "B",
    steps: ["IAM and RBAC", "security policies brought up to date", "network policies"],
    evidence: "the review, with what was changed",
  },
  {
    id: "rotate-access-keys",
    title: "Rotation of access keys",
    every: "month",
    on: "second Wednesday",
    lengthMinutes: 60,
    guide: "B",
    steps: ["each access key", "certificates that cert-manager does not renew"],
    evidence: "the age of each key before and after",
    raises: { disruptive: true },
  },
  {
    id: "restore-test",
    title: "Restore test",
    every: "month",
    on: "third Wednesday",
    lengthMinutes: 120,
    guide: "B",
    steps: ["a restore that is started and compared", "retention", "copies in the other region"],
    evidence: "the proof of the restore",
  },
  {
    id: "cert-manager",
    title: "cert-manager",
    every: "month",
    on: "third Tuesday",
    lengthMinutes: 60,
    guide: "A",
    steps: ["its chart", "a certificate renewed"],
    evidence: "the renewal",
    raises: { disruptive: true, system: "cert-manager" },
  },
];

export const frequentDuties: readonly KnownDuty[] = [...daily, ...weekly, ...monthly];
