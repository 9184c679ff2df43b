import { doneBy, type GuideLine, inKit, open, section } from "./line.ts";

const flow = section(
  {
    guide: "A",
    section: "Promotion",
    requirement: ["TST-5"],
    state: open.testing,
    today: "millwright audit --since TAG",
  },
  [
    [280, "rule", "An upgrade goes to development, then staging, then production"],
    [281, "rule", "Automated tests and a look by a person end development", { requirement: ["TST-5", "TST-7"] }],
    [282, "rule", "Load, integration and a sign-off end staging", { requirement: ["TST-2", "TST-5"] }],
    [
      283,
      "rule",
      "Backups come before production, monitoring and smoke tests after",
      { requirement: ["TST-3", "TST-4"] },
    ],
    [284, "rule", "After a rollback, the retry begins again at the backup", { requirement: ["TST-7"] }],
  ],
);

const development = section(
  {
    guide: "A",
    section: "Tests in development",
    requirement: ["TST-1"],
    state: doneBy("millwright run start"),
    today: "millwright run start test-development --environment development",
  },
  [
    [290, "check", "GitLab's web page is reachable"],
    [291, "check", "Users log in through Keycloak"],
    [292, "check", "Clone, push and pull work"],
    [293, "check", "Projects are made and topics set"],
    [294, "check", "SharingHub shows them in its STAC catalogue"],
    [295, "check", "MLflow tracks an experiment"],
    [296, "check", "A model is registered and linked from STAC"],
    [297, "check", "Artifacts are stored in S3 and come back"],
  ],
);

const staging = section(
  {
    guide: "A",
    section: "Tests in staging",
    requirement: ["TST-2"],
    state: open.testing,
    today: "by hand, noted in docs/maintenance-logs/",
  },
  [
    [300, "check", "Load with realistic volumes"],
    [301, "check", "Many users at once"],
    [302, "check", "The whole way: project, training, registration, discovery"],
    [303, "check", "Benchmarks of the APIs"],
    [304, "check", "Database migrations are validated"],
    [
      305,
      "check",
      "Backup and restore are gone through",
      {
        requirement: ["TST-2", "BAK-5"],
        state: doneBy("millwright backup drill"),
        today: "millwright backup drill --environment staging",
      },
    ],
    [
      306,
      "check",
      "A security scan",
      {
        requirement: ["TST-2", "SEC-1"],
        state: inKit("scripts/docker-security-scan.sh"),
        today: "make docker-security-scan",
      },
    ],
  ],
);

const production = section(
  {
    guide: "A",
    section: "Going to production",
    requirement: ["TST-3"],
    state: doneBy("millwright work plan"),
    today: "docs/maintenance-logs/TEMPLATE.md",
  },
  [
    [310, "check", "A window is set and announced"],
    [
      311,
      "check",
      "All backups are made and verified",
      { state: doneBy("millwright backup run"), today: "millwright backup run --environment production --prove" },
    ],
    [
      312,
      "check",
      "The way back is written down and ready",
      { state: doneBy("millwright upgrade plan"), today: "millwright upgrade plan SYSTEM --from V --to V -o shell" },
    ],
    [313, "check", "Dashboards are open", { state: inKit("monitoring/grafana/"), today: "open Grafana, tag mlops" }],
    [314, "check", "Somebody is on call", { state: open.testing }],
    [315, "check", "It happens off-peak"],
  ],
);

const after = section(
  {
    guide: "A",
    section: "After going to production",
    requirement: ["TST-4"],
    state: open.testing,
    today: "make docker-health",
  },
  [
    [320, "check", "All pods run and are ready", { today: "make status" }],
    [321, "check", "Health endpoints answer", { today: "make docker-health" }],
    [322, "check", "What matters most to users works"],
    [
      323,
      "check",
      "Errors have not risen",
      { state: inKit("monitoring/prometheus/rules/gitlab.yaml"), today: "open Grafana, tag mlops" },
    ],
    [
      324,
      "check",
      "Answers come as fast as before",
      { state: inKit("monitoring/prometheus/rules/gitlab.yaml"), today: "open Grafana, tag mlops" },
    ],
    [
      325,
      "check",
      "No alert fires",
      { state: inKit("monitoring/alertmanager/alertmanager.yaml"), today: "amtool alert query" },
    ],
  ],
);

const summary = section(
  {
    guide: "A",
    section: "In short",
    requirement: ["VER-2"],
    state: doneBy("millwright audit"),
    today: "millwright audit .",
  },
  [
    [330, "rule", "Pin always, and stay reasonably fresh"],
    [
      331,
      "rule",
      "Plan upgrades, try them elsewhere first",
      {
        requirement: ["UPG-1", "TST-5"],
        state: doneBy("millwright upgrade plan"),
        today: "millwright upgrade plan SYSTEM --from V --to V",
      },
    ],
    [332, "rule", "Back up, databases and configuration above all", { requirement: ["BAK-1"] }],
    [
      333,
      "rule",
      "Answer critical vulnerabilities within 24 hours",
      { requirement: ["SEC-3"], state: open.security, today: "make docker-security-scan" },
    ],
    [334, "rule", "Watch all the time", { requirement: ["HLT-3"], state: inKit("monitoring/"), today: "make test" }],
    [335, "rule", "Let Argo CD keep what is deployed at what is in Git", { requirement: ["CFG-1"] }],
  ],
);

export const testingLines: readonly GuideLine[] = [
  ...flow,
  ...development,
  ...staging,
  ...production,
  ...after,
  ...summary,
];
