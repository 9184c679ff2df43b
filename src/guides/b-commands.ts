import { correction } from "./corrections.ts";
import { doneBy, type GuideLine, inKit, open, section } from "./line.ts";

const cleanup = section(
  { guide: "B", section: "Regular clean-up", requirement: ["CMD-1"], state: inKit("Makefile"), today: "make help" },
  [
    [
      90,
      "command",
      "Temporary files are cleaned",
      { typed: "make deep-clean", correction: correction.deepClean, today: "make deep-clean" },
    ],
    [
      91,
      "command",
      "Docker is cleaned",
      { typed: "make docker-clean", correction: correction.dockerClean, today: "make docker-clean" },
    ],
    [
      92,
      "command",
      "Code is formatted and validated",
      { typed: "make format validate", correction: correction.validateLoop, today: "make format validate" },
    ],
  ],
);

const health = section(
  {
    guide: "B",
    section: "Health checks",
    requirement: ["CMD-1"],
    state: inKit("Makefile"),
    today: "make docker-health",
  },
  [
    [
      93,
      "command",
      "Health of the infrastructure",
      { typed: "make docker-health", correction: correction.dockerHealth },
    ],
    [
      94,
      "command",
      "Terraform's configurations are validated",
      { typed: "make validate", correction: correction.validateLoop, today: "make validate" },
    ],
    [95, "command", "The infrastructure's tests", { typed: "make test", today: "make test" }],
  ],
);

const monitoring = section(
  {
    guide: "B",
    section: "Monitoring commands",
    requirement: ["HLT-4", "CMD-2"],
    state: open.live,
    today: "make status",
  },
  [
    [96, "command", "Use of the nodes", { typed: "kubectl top nodes", today: "kubectl top nodes" }],
    [
      97,
      "command",
      "Use of the pods",
      { typed: "kubectl top pods --all-namespaces", today: "kubectl top pods --all-namespaces" },
    ],
    [98, "command", "Volumes", { typed: "kubectl get pv", today: "kubectl get pv" }],
    [
      99,
      "command",
      "Claims",
      {
        typed: "kubectl get pvc --all-namespaces",
        state: doneBy("millwright assess"),
        today: "millwright assess .",
      },
    ],
    [
      100,
      "command",
      "Services",
      {
        requirement: ["HLT-1", "CMD-2"],
        typed: "kubectl get services --all-namespaces",
        state: doneBy("millwright assess"),
        today: "millwright assess .",
      },
    ],
  ],
);

const automation = section(
  {
    guide: "B",
    section: "Automation",
    requirement: ["CAL-4"],
    state: inKit(".github/workflows/maintenance.yml"),
    today: "make test",
  },
  [
    [
      110,
      "cadence",
      "Security scans every day",
      { requirement: ["SEC-1", "CAL-1"], state: doneBy("millwright duty list"), today: "make docker-security-scan" },
    ],
    [
      111,
      "cadence",
      "Resource reports every week",
      { requirement: ["HLT-4", "CAL-1"], state: doneBy("millwright duty list"), today: "make status" },
    ],
    [
      112,
      "cadence",
      "Vulnerability updates every month",
      { requirement: ["SEC-1", "CAL-1"], state: doneBy("millwright duty list"), today: "make docker-security-scan" },
    ],
    [
      113,
      "check",
      "Backups are verified by themselves",
      {
        requirement: ["BAK-5"],
        state: doneBy("millwright backup prove"),
        today: "millwright backup check --read-data",
      },
    ],
    [
      114,
      "path",
      ".github/workflows/maintenance.yml, Mondays 02:00 UTC (0 2 * * 1)",
      { correction: correction.ciMaintenance },
    ],
    [
      115,
      "command",
      "What the workflow runs",
      {
        requirement: ["CAL-4", "CMD-1"],
        typed: "make deep-clean validate test",
        correction: correction.ciMaintenance,
        today: "make validate test",
      },
    ],
    [116, "path", "The same for GitLab CI", { state: inKit(".gitlab-ci.yml") }],
  ],
);

const troubleshooting = section(
  {
    guide: "B",
    section: "Troubleshooting",
    requirement: ["EMG-2", "CMD-2"],
    state: doneBy("millwright assess"),
    today: "millwright assess .",
  },
  [
    [
      120,
      "command",
      "Terraform's state is locked",
      {
        typed: "terraform force-unlock <lock_id>",
        state: inKit("terraform/README.md"),
        correction: correction.forceUnlock,
        today: "terraform plan (its error names the holder)",
      },
    ],
    [
      121,
      "command",
      "Trouble with Docker images",
      {
        typed: "make docker-clean && make docker-build",
        state: inKit("Makefile"),
        correction: correction.dockerClean,
        today: "make docker-clean docker-build",
      },
    ],
    [122, "check", "Permissions: IAM roles and RBAC", { today: "kubectl auth can-i --list" }],
    [123, "check", "Limits: quotas", { today: "kubectl describe resourcequota -A" }],
    [
      124,
      "command",
      "Terraform's state is looked at",
      { typed: "terraform show", state: inKit("terraform/README.md"), today: "terraform show" },
    ],
    [
      125,
      "command",
      "A pod is described",
      { typed: "kubectl describe pod <pod-name>", today: "kubectl describe pod NAME" },
    ],
    [
      126,
      "command",
      "The log of a pod that crashed",
      { typed: "kubectl logs <pod-name> --previous", today: "kubectl logs NAME --previous" },
    ],
    [
      127,
      "command",
      "Leftovers are removed by a script",
      {
        requirement: ["CMD-1", "CMD-2"],
        typed: "./scripts/cleanup-infrastructure.sh",
        state: inKit("scripts/deep-clean.sh"),
        correction: correction.deepClean,
        today: "make deep-clean",
      },
    ],
  ],
);

export const commandLines: readonly GuideLine[] = [
  ...cleanup,
  ...health,
  ...monitoring,
  ...automation,
  ...troubleshooting,
];
