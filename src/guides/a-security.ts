import { correction } from "./corrections.ts";
import { doneBy, type GuideLine, inKit, open, section } from "./line.ts";
import { clocks } from "./numbers.ts";

const watching = section(
  {
    guide: "A",
    section: "Vulnerabilities: watch and assess",
    requirement: ["SEC-1"],
    state: open.security,
    today: "make docker-security-scan",
  },
  [
    [190, "check", "Container images are scanned (Trivy, Grype)", { state: inKit("scripts/docker-security-scan.sh") }],
    [
      191,
      "check",
      "Dependencies are scanned (Dependabot, Renovate)",
      { requirement: ["SEC-1", "SEC-7"], today: "millwright outdated ." },
    ],
    [192, "check", "Advisories of GitLab and MLflow are read", { today: "https://docs.gitlab.com/releases/patches/" }],
    [193, "rule", "Severity is judged: critical, high, medium, low", { requirement: ["SEC-2"] }],
    [194, "rule", "The components it touches are known", { requirement: ["SEC-2"], today: "millwright inventory ." }],
    [
      195,
      "rule",
      "It is known whether an exploit is public",
      { requirement: ["SEC-2"], today: "https://www.cisa.gov/known-exploited-vulnerabilities-catalog" },
    ],
    [
      196,
      "rule",
      "A patch is tried in development, then staging, then goes to production",
      { requirement: ["SEC-4", "TST-5"] },
    ],
  ],
);

const hours = section(
  {
    guide: "A",
    section: "Response times",
    requirement: ["SEC-3"],
    state: open.security,
    today: "millwright upgrade plan SYSTEM --from V --to V",
  },
  clocks.map(({ severity, hours: within, suite }, index) => [
    200 + index,
    "clock",
    `${severity}: within ${within <= 24 ? `${within} hours` : `${within / 24} days`}, tests: ${suite}`,
    severity === "critical"
      ? { requirement: ["SEC-3", "TST-6"], correction: correction.criticalPath }
      : { requirement: ["SEC-3", "TST-6"] },
  ]),
);

const workflow = section(
  { guide: "A", section: "Patching", requirement: ["SEC-4"], state: open.security, today: "make docker-security-scan" },
  [
    [
      210,
      "command",
      "An image is scanned",
      {
        requirement: ["SEC-1", "CMD-2"],
        typed: "trivy image <image-name>:<tag>",
        state: inKit("scripts/docker-security-scan.sh"),
        today: "make docker-security-scan",
      },
    ],
    [
      211,
      "check",
      "Vendors' advisories are reviewed",
      { requirement: ["SEC-1"], today: "https://docs.gitlab.com/releases/patches/" },
    ],
    [
      212,
      "check",
      "GitLab's security releases are watched",
      { requirement: ["SEC-1"], state: doneBy("millwright outdated"), today: "millwright outdated ." },
    ],
    [
      213,
      "check",
      "MLflow's announcements are watched",
      {
        requirement: ["SEC-1"],
        correction: correction.mlflowPlugin,
        today: "https://github.com/mlflow/mlflow/security/advisories",
      },
    ],
    [214, "check", "Does it touch what runs?", { requirement: ["SEC-2"], today: "millwright inventory ." }],
    [
      215,
      "check",
      "Is an exploit public?",
      { requirement: ["SEC-2"], today: "https://www.cisa.gov/known-exploited-vulnerabilities-catalog" },
    ],
    [
      216,
      "check",
      "What would it cost the users?",
      { requirement: ["SEC-2"], today: "write it into the incident (docs/incidents/)" },
    ],
    [
      217,
      "check",
      "A severity is given",
      { requirement: ["SEC-2"], today: "write it into the incident (docs/incidents/)" },
    ],
    [
      218,
      "check",
      "Images: to the patched version",
      { state: doneBy("millwright fix"), today: "millwright fix . --to V --diff" },
    ],
    [
      219,
      "check",
      "Dependencies: the chart's version",
      { state: doneBy("millwright fix"), today: "millwright fix . --to V --diff" },
    ],
    [
      220,
      "check",
      "GitLab, critical: the emergency update",
      { correction: correction.criticalPath, today: "millwright upgrade plan gitlab --from V --to latest" },
    ],
    [
      221,
      "check",
      "SharingHub and MLflow: with their maintainers",
      { requirement: ["SEC-8"], today: "open an issue upstream and note it in the incident" },
    ],
    [222, "check", "Images are scanned again", { state: inKit("scripts/docker-security-scan.sh") }],
    [223, "check", "The vulnerability is gone", { state: inKit("scripts/docker-security-scan.sh") }],
    [224, "check", "What it touched still works", { state: open.testing, today: "try it" }],
    [
      225,
      "check",
      "The remedy is documented",
      {
        requirement: ["SEC-4", "LOG-1"],
        state: inKit("docs/maintenance-logs/TEMPLATE.md"),
        today: "docs/maintenance-logs/",
      },
    ],
  ],
);

export const securityLines: readonly GuideLine[] = [...watching, ...hours, ...workflow];
