import { doneBy, type GuideLine, inKit, open, section } from "./line.ts";

const quarterly = section(
  {
    guide: "B",
    section: "Quarterly",
    requirement: ["CAL-1"],
    state: open.calendar,
    today: "docs/maintenance-logs/TEMPLATE.md",
  },
  [
    [
      50,
      "check",
      "The architecture is reviewed",
      { state: doneBy("millwright duty list"), today: "millwright duty list" },
    ],
    [51, "check", "Needs of scale are judged", { requirement: ["HLT-6"] }],
    [52, "check", "Capacity is planned", { requirement: ["HLT-6"] }],
    [53, "check", "Disaster recovery procedures are reviewed", { requirement: ["BAK-8"] }],
    [
      54,
      "check",
      "Resources are sized right",
      { requirement: ["HLT-4"], state: inKit("monitoring/grafana/platform.json"), today: "open Grafana, tag mlops" },
    ],
    [
      55,
      "check",
      "Use of storage is reviewed",
      { requirement: ["HLT-6"], state: doneBy("millwright assess"), today: "millwright assess ." },
    ],
    [
      56,
      "check",
      "Retention of data is tuned",
      { requirement: ["HLT-6"], today: "mlflow gc; GitLab: artifact expiry" },
    ],
    [
      57,
      "check",
      "Reserved instances are considered",
      { requirement: ["HLT-4"], today: "your provider's cost report" },
    ],
    [
      58,
      "check",
      "Architecture diagrams are updated",
      { requirement: ["DOC-1", "UPG-6"], state: doneBy("millwright graph"), today: "millwright graph . -o mermaid" },
    ],
    [
      59,
      "check",
      "Runbooks are reviewed",
      {
        requirement: ["DOC-1"],
        state: doneBy("millwright upgrade plan"),
        today: "millwright upgrade plan SYSTEM --from V --to V -o shell",
      },
    ],
    [60, "check", "Deployment procedures are updated", { requirement: ["DOC-1"] }],
    [61, "check", "Troubleshooting guides are refreshed", { requirement: ["DOC-1"] }],
  ],
);

const annual = section(
  {
    guide: "B",
    section: "Yearly",
    requirement: ["CAL-1", "UPG-5"],
    state: open.calendar,
    today: "docs/maintenance-logs/TEMPLATE.md",
  },
  [
    [
      70,
      "check",
      "Kubernetes upgrades are planned",
      { state: doneBy("millwright audit"), today: "millwright audit ." },
    ],
    [
      71,
      "check",
      "Terraform's major version",
      { state: doneBy("millwright outdated"), today: "millwright outdated ." },
    ],
    [
      72,
      "check",
      "Majors of database engines",
      { state: doneBy("millwright upgrade plan"), today: "millwright upgrade plan gitlab --from V --to V" },
    ],
    [
      73,
      "check",
      "Certificates are renewed",
      {
        requirement: ["SEC-9"],
        state: doneBy("millwright assess"),
        today: "millwright assess .",
      },
    ],
    [74, "check", "A whole security audit", { requirement: ["SEC-6"] }],
    [75, "check", "A penetration test", { requirement: ["SEC-6"] }],
    [76, "check", "Access control is reviewed", { requirement: ["SEC-6"] }],
    [77, "check", "Compliance is assessed", { requirement: ["SEC-6"] }],
    [
      78,
      "check",
      "A full disaster recovery drill",
      { requirement: ["BAK-5"], state: doneBy("millwright backup drill"), today: "millwright backup drill" },
    ],
    [
      79,
      "check",
      "Failover to another region",
      { requirement: ["BAK-7"], state: doneBy("millwright backup drill"), today: "millwright backup drill --second" },
    ],
    [
      80,
      "check",
      "Restores are tested",
      { requirement: ["BAK-5"], state: doneBy("millwright backup drill"), today: "millwright backup drill --one" },
    ],
    [
      81,
      "check",
      "Business continuity is validated",
      {
        requirement: ["BAK-8"],
        state: doneBy("millwright backup drill"),
        today: "millwright backup drill --attest STEP=WHO:WORDS",
      },
    ],
  ],
);

export const seldomLines: readonly GuideLine[] = [...quarterly, ...annual];
