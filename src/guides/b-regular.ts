import { correction } from "./corrections.ts";
import { doneBy, type GuideLine, inKit, open, section } from "./line.ts";

const daily = section(
  { guide: "B", section: "Daily", requirement: ["CAL-1"], state: open.calendar, today: "make status" },
  [
    [
      1,
      "check",
      "Terraform is compared with what exists, by CI",
      { requirement: ["CFG-2"], state: open.terraform, today: "terraform plan -detailed-exitcode -lock=false" },
    ],
    [
      2,
      "check",
      "Infrastructure code is scanned (Checkov, tfsec)",
      {
        requirement: ["SEC-1"],
        state: inKit("scripts/docker-security-scan.sh"),
        correction: correction.tfsec,
        today: "make docker-security-scan",
      },
    ],
    [
      3,
      "check",
      "Images are scanned",
      { requirement: ["SEC-1"], state: inKit("scripts/docker-security-scan.sh"), today: "make docker-security-scan" },
    ],
    [
      4,
      "check",
      "Alerts on cost are looked at",
      { requirement: ["HLT-4"], state: open.live, today: "your provider's cost alerts" },
    ],
    [
      5,
      "check",
      "Use of resources, if needed",
      { requirement: ["HLT-4"], state: open.live, today: "kubectl top nodes" },
    ],
    [
      6,
      "check",
      "Application logs are read, if needed",
      { requirement: ["HLT-5"], state: inKit("monitoring/loki/queries.md"), today: "monitoring/loki/queries.md" },
    ],
    [
      7,
      "check",
      "Backups are watched, if needed",
      { requirement: ["BAK-3"], state: doneBy("millwright assess"), today: "millwright assess ." },
    ],
  ],
);

const weekly = section(
  { guide: "B", section: "Weekly", requirement: ["CAL-1", "HLT-4"], state: open.live, today: "make status" },
  [
    [
      10,
      "check",
      "Terraform's state is reviewed for drift",
      { requirement: ["CFG-2"], state: open.terraform, today: "terraform plan -detailed-exitcode -lock=false" },
    ],
    [11, "check", "Unused resources are looked for", { today: "kubectl get pvc,svc,ingress -A" }],
    [
      12,
      "check",
      "Scan reports are read",
      { requirement: ["SEC-1"], state: open.security, today: "make docker-security-scan" },
    ],
    [
      13,
      "check",
      "Images are brought up to date",
      { requirement: ["UPG-5"], state: doneBy("millwright outdated"), today: "millwright outdated ." },
    ],
    [
      14,
      "check",
      "Dashboards are looked at",
      { requirement: ["HLT-3"], state: inKit("monitoring/grafana/"), today: "open Grafana, tag mlops" },
    ],
    [15, "check", "Quotas are checked", { state: doneBy("millwright assess"), today: "millwright assess ." }],
    [16, "check", "Cost reports are read", { today: "your provider's cost report" }],
    [17, "check", "Scaling is looked at", { today: "kubectl get hpa -A" }],
    [
      18,
      "command",
      "The state of everything",
      { requirement: ["CMD-1"], typed: "make status", state: inKit("Makefile"), today: "make status" },
    ],
    [
      19,
      "command",
      "The security scans",
      {
        requirement: ["CMD-1"],
        typed: "make docker-security-scan",
        state: inKit("Makefile"),
        correction: correction.securityScan,
        today: "make docker-security-scan",
      },
    ],
    [
      20,
      "command",
      "The tools image is pulled",
      {
        requirement: ["CMD-2"],
        typed: "docker pull ml-platform/infra-tools:latest",
        state: inKit("docker/Dockerfile"),
        correction: correction.noPullLatest,
        today: "make docker-build",
      },
    ],
    [
      21,
      "command",
      "The tools image is built",
      { requirement: ["CMD-1"], typed: "make docker-build", state: inKit("Makefile"), today: "make docker-build" },
    ],
  ],
);

const monthly = section(
  {
    guide: "B",
    section: "Monthly",
    requirement: ["CAL-1", "UPG-5"],
    state: doneBy("millwright outdated"),
    today: "millwright outdated .",
  },
  [
    [30, "check", "Updates of Terraform's providers are reviewed"],
    [31, "check", "Updates of charts are looked for"],
    [32, "check", "Base images are updated"],
    [
      33,
      "check",
      "Compatibility with the Kubernetes version is reviewed",
      { requirement: ["UPG-5", "VER-6"], state: doneBy("millwright audit"), today: "millwright audit ." },
    ],
    [
      34,
      "cadence",
      "Access keys and certificates are rotated",
      { requirement: ["SEC-5", "SEC-9"], state: doneBy("millwright duty list"), today: "millwright duty list" },
    ],
    [
      35,
      "check",
      "IAM's permissions are reviewed",
      { requirement: ["SEC-6"], state: open.security, today: "kubectl auth can-i --list" },
    ],
    [
      36,
      "check",
      "Security policies are updated",
      { requirement: ["SEC-6"], state: open.security, today: "make docker-security-scan" },
    ],
    [
      37,
      "check",
      "Network policies are reviewed",
      { requirement: ["SEC-6"], state: open.security, today: "kubectl get networkpolicies -A" },
    ],
    [
      38,
      "check",
      "A backup is restored, as a test",
      { requirement: ["BAK-5"], state: doneBy("millwright backup drill"), today: "millwright backup drill --one" },
    ],
    [
      39,
      "check",
      "Retention is verified",
      { requirement: ["BAK-3"], state: doneBy("millwright backup prune"), today: "millwright backup prune" },
    ],
    [
      40,
      "check",
      "Copies in another region are checked",
      { requirement: ["BAK-2"], state: doneBy("millwright backup second"), today: "millwright backup second" },
    ],
    [
      41,
      "command",
      "Terraform's providers are updated",
      {
        requirement: ["CMD-2"],
        typed: "cd terraform/environments/local && terraform init -upgrade",
        state: inKit("terraform/README.md"),
        correction: correction.providerUpgrade,
        today: "terraform/README.md",
      },
    ],
    [
      42,
      "command",
      "Charts are updated",
      { requirement: ["CMD-2", "VER-4"], typed: "helm repo update", today: "millwright outdated ." },
    ],
    [
      43,
      "command",
      "Old images are looked for",
      {
        requirement: ["CMD-2", "VER-5"],
        typed: 'docker images --format "table {{.Repository}}\\t{{.Tag}}\\t{{.CreatedAt}}"',
        correction: correction.imageAge,
        today: "millwright outdated .",
      },
    ],
  ],
);

export const regularLines: readonly GuideLine[] = [...daily, ...weekly, ...monthly];
