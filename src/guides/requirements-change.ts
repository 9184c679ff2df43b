import { done, kitTests, later, partly, type Requirement } from "./requirement.ts";
import { backupRequirements } from "./requirements-backups.ts";

const versions: readonly Requirement[] = [
  done("VER-1", "Every place that fixes a version is listed", {
    command: "millwright inventory",
    tests: [
      "src/inventory/readers/argocd.test.ts",
      "src/inventory/readers/kubernetes.test.ts",
      "src/inventory/readers/terraform.test.ts",
      "src/inventory/readers/flux.test.ts",
    ],
    routes: ["GET /inventory", "GET /components"],
  }),
  done("VER-2", "What is not pinned is flagged, with place and fix", {
    command: "millwright audit",
    tests: ["src/findings/rules/rules.test.ts"],
    routes: ["GET /findings"],
  }),
  done("VER-3", "A pin or a bump is written, nothing else touched", {
    command: "millwright fix",
    tests: ["src/inventory/write.test.ts", "src/inventory/fix.test.ts", "src/inventory/fix-git.test.ts"],
  }),
  done("VER-4", "Upstream's releases are watched, also by cache or mirror", {
    command: "millwright outdated",
    tests: ["src/versions/sources/registry.test.ts", "src/versions/sources/helm.test.ts", "src/versions/watch.test.ts"],
    routes: ["GET /outdated"],
  }),
  done("VER-5", "Staleness: age, releases behind, end of life; a review each quarter", {
    command: "millwright outdated; millwright duty list",
    tests: ["src/versions/freshness.test.ts", "src/versions/watch.test.ts", "src/calendar/duties.test.ts"],
    routes: ["GET /outdated", "GET /duties"],
  }),
  done("VER-6", "What is proven together, as data, document and check", {
    command: "millwright matrix --check",
    tests: ["src/versions/matrix.test.ts", "src/cli/formats.test.ts"],
  }),
  done("VER-7", "The version in effect where none is written: chart, application, image", {
    command: "millwright inventory",
    tests: ["src/inventory/join/override.test.ts", "src/inventory/components.test.ts", "kit/tests/audit.test.ts"],
  }),
  done("VER-8", "Facts carry date and source; old ones must be acknowledged", {
    command: "millwright upgrade plan --accept-facts-of DATE",
    tests: ["src/upgrades/facts.test.ts", "src/upgrades/plan.test.ts"],
  }),
];

const upgrades: readonly Requirement[] = [
  partly(
    "UPG-1",
    "A GitLab upgrade: before, during, after",
    "the plan: stops, conditions, windows, what cannot be undone; as a runbook whose gates ask the live system",
    "a procedure that runs it and asks the live system itself",
    {
      command: "millwright upgrade plan gitlab -o shell",
      tests: ["src/upgrades/plan.test.ts", "src/upgrades/solve.test.ts", "src/upgrades/runbook-whole.test.ts"],
    },
  ),
  partly(
    "UPG-2",
    "A SharingHub upgrade: before, during, after",
    "the plan and its checks, as a runbook too; renamed configuration keys",
    "a procedure that runs it and asks the live system itself",
    {
      command: "millwright upgrade plan sharinghub -o shell",
      tests: ["src/upgrades/plan.test.ts", "src/upgrades/shell.test.ts"],
    },
  ),
  partly(
    "UPG-3",
    "An MLflow upgrade: before, during, after",
    "the plan with mlflow db upgrade, as a runbook whose gates ask the live system; the store in effect",
    "a procedure that runs it and asks the live system itself",
    {
      command: "millwright upgrade plan mlflow -o shell",
      tests: ["src/upgrades/plan.test.ts", "src/upgrades/runbook.test.ts"],
    },
  ),
  later("UPG-4", "A failure: revert what was not migrated; else show the choices and their cost", "upgrade procedures"),
  done("UPG-5", "Dependencies, each with cadence, strategy and check", {
    command: "millwright upgrade plan SYSTEM; millwright duty list",
    tests: ["src/upgrades/facts.test.ts", "src/guides/numbers.test.ts", "src/calendar/duties.test.ts"],
    routes: ["GET /duties"],
  }),
  done("UPG-6", "The graph of dependencies gives order and blast radius, and can be seen", {
    command: "millwright graph -o svg; millwright component graph",
    tests: ["src/upgrades/graph.test.ts", "src/upgrades/platform-graph.test.ts", "console/test/documents.test.ts"],
    routes: ["GET /graph", "GET /documents/architecture"],
  }),
];

const testing: readonly Requirement[] = [
  done("TST-1", "The suite of development", {
    command: "millwright run start test-development --environment development",
    tests: ["src/health/suite.test.ts", "src/api/with/canary.test.ts", "src/api/with/canary-faults.test.ts"],
    routes: ["POST /runs"],
  }),
  partly(
    "TST-2",
    "The suite of staging: load, journeys, benchmarks, restore, scan, sign-off",
    "backup and restore, by a drill over everything",
    "load, journeys, benchmarks, the scan and the sign-off: promotion on evidence",
    {
      command: "millwright backup drill --environment staging",
      tests: ["src/cli/commands/backup-drill.test.ts", "src/backups/drill/procedure.test.ts"],
      routes: ["GET /backups/drills", "POST /runs"],
    },
  ),
  partly(
    "TST-3",
    "Before production: window, backups, way back, dashboards, on-call",
    "a work order starts in its window alone, with room for its way back and its gates open",
    "backups and dashboards asked by the gate; on-call",
    {
      command: "millwright work plan",
      tests: ["src/calendar/decide.test.ts"],
      routes: ["POST /work-orders/{id}/plan"],
    },
  ),
  later("TST-4", "After production: ready, healthy, no more errors, no alerts; else back", "upgrade procedures"),
  partly(
    "TST-5",
    "A gate opens on evidence only",
    "gates of work orders: shut while unknown, without evidence or too old",
    "the suites whose results are the evidence",
    {
      command: "millwright work show",
      tests: ["src/calendar/decide.test.ts", "src/health/compare.test.ts"],
      routes: ["GET /work-orders/{id}"],
    },
  ),
  later("TST-6", "Three suites, chosen by severity", "promotion on evidence"),
  partly(
    "TST-7",
    "What a person verified is recorded; a retry begins at the backup",
    "a step done by hand is attested with its proof, under a name",
    "the retry that begins at the backup",
    { command: "millwright run attest", tests: ["src/engine/decisions.test.ts"], routes: ["POST /runs/{id}/attest"] },
  ),
];

const security: readonly Requirement[] = [
  partly(
    "SEC-1",
    "Images, dependencies and infrastructure code are scanned, reports read",
    "the scans, by make docker-security-scan",
    "reading reports and advisories, joined",
    {
      command: "make docker-security-scan",
      tests: ["kit/tests/make.test.ts"],
    },
  ),
  later("SEC-2", "Assessment: severity, what it touches, exploits, a decision with an end", "security findings"),
  partly(
    "SEC-3",
    "Clocks: 24 h, 7 d, 30 d, 90 d",
    "a finding becomes a work order with its clock; people are told when it runs out",
    "vulnerabilities among the findings",
    {
      command: "millwright work list",
      tests: ["src/guides/numbers.test.ts", "src/calendar/decide.test.ts", "src/calendar/tick.test.ts"],
      routes: ["GET /work-orders"],
    },
  ),
  later("SEC-4", "Patched, scanned again, gone, tested, documented", "security findings"),
  partly(
    "SEC-5",
    "Secrets are rotated in time; none in clear in Git",
    "secrets in clear are found, also in history; rotations are duties",
    "ages, and the rotation itself",
    {
      command: "millwright audit; millwright duty list",
      tests: ["src/findings/rules/rules.test.ts", "src/cli/history.test.ts", "src/calendar/duties.test.ts"],
      routes: ["GET /duties"],
    },
  ),
  later("SEC-6", "Reviews of access, policies, compliance, with evidence prepared", "the calendar of duties"),
  later("SEC-7", "Renovate's and Dependabot's merge requests are inputs", "security findings"),
  later("SEC-8", "Blocked upstream is a state with ticket and review date", "security findings"),
  done("SEC-9", "Certificates outside cert-manager: expiry known, renewal a duty", {
    command: "millwright duty list; millwright certificate list",
    tests: ["src/live/rules.test.ts", "src/calendar/renewals.test.ts", "src/api/with/live.test.ts"],
    routes: ["GET /duties", "GET /certificates"],
  }),
  partly(
    "SEC-10",
    "Sealed Secrets and External Secrets; the sealing key backed up",
    "SealedSecrets, and Velero takes the key, in kit/; the sealing keys are backed up, their proof opens what they sealed, and they come back before all else",
    "External Secrets, which are recognised and no more",
    {
      command: "millwright scaffold DIR; millwright backup prove",
      tests: [
        "src/backups/kinds/kubernetes/kubernetes.test.ts",
        "src/backups/kinds/kubernetes/restore.test.ts",
        "src/backups/restore/order.test.ts",
        ...kitTests,
      ],
    },
  ),
];

export const changeRequirements: readonly Requirement[] = [
  ...versions,
  ...upgrades,
  ...testing,
  ...backupRequirements,
  ...security,
];
