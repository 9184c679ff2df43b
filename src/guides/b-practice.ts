import { doneBy, type GuideLine, inKit, open, section } from "./line.ts";

const before = section(
  {
    guide: "B",
    section: "Before maintenance",
    requirement: ["CAL-3"],
    state: doneBy("millwright work plan"),
    today: "millwright work plan ID",
  },
  [
    [
      190,
      "check",
      "What the change needs is reviewed",
      { state: doneBy("millwright audit --since"), today: "millwright audit --since TAG" },
    ],
    [191, "check", "The window is checked", { requirement: ["CAL-2", "CAL-3"], today: "millwright windows ." }],
    [
      192,
      "check",
      "Critical data is backed up",
      { requirement: ["BAK-1", "CAL-3"], state: inKit("backups/"), today: "make status" },
    ],
    [193, "check", "Those it concerns are told", { requirement: ["CAL-3", "CAL-5"] }],
    [
      194,
      "check",
      "The way back is prepared",
      {
        requirement: ["CAL-3", "UPG-4"],
        state: doneBy("millwright upgrade plan"),
        today: "millwright upgrade plan SYSTEM --from V --to V",
      },
    ],
  ],
);

const during = section(
  {
    guide: "B",
    section: "During maintenance",
    requirement: ["CAL-3"],
    state: open.upgrades,
    today: "docs/maintenance-logs/TEMPLATE.md",
  },
  [
    [
      195,
      "check",
      "The written procedure is followed",
      { state: doneBy("millwright upgrade plan"), today: "millwright upgrade plan SYSTEM --from V --to V -o shell" },
    ],
    [196, "check", "Health is watched", { state: inKit("monitoring/"), today: "make docker-health" }],
    [
      197,
      "check",
      "Every change is logged",
      {
        requirement: ["CAL-3", "LOG-1"],
        state: doneBy("millwright journal note"),
        today: "millwright journal note TASK",
      },
    ],
    [
      198,
      "check",
      "What was changed is tried",
      { requirement: ["CAL-3", "TST-4"], state: open.testing, today: "make test" },
    ],
    [
      199,
      "check",
      "Monitoring itself still works",
      { requirement: ["CAL-3", "HLT-3"], state: inKit("monitoring/prometheus/tests/"), today: "make test" },
    ],
  ],
);

const after = section(
  {
    guide: "B",
    section: "After maintenance",
    requirement: ["CAL-3"],
    state: doneBy("millwright work finish"),
    today: "millwright work finish ID",
  },
  [
    [200, "check", "It stays stable", { state: inKit("monitoring/"), today: "make docker-health" }],
    [201, "check", "Documents are updated", { requirement: ["CAL-3", "DOC-1"], state: open.testing, today: "by hand" }],
    [202, "check", "Completion is announced", { requirement: ["CAL-3", "CAL-5"] }],
    [203, "check", "Follow-up checks are scheduled", { today: "millwright work create TITLE" }],
    [
      204,
      "check",
      "Lessons are looked at",
      { state: doneBy("millwright incident review"), today: "millwright incident review ID" },
    ],
  ],
);

const links = section(
  { guide: "B", section: "Documents", requirement: ["DOC-1"], state: inKit("README.md"), today: "README.md" },
  [
    [210, "path", "Documentation of the infrastructure"],
    [211, "path", "Setting up Docker", { state: inKit("docker/Dockerfile"), today: "make docker-build" }],
    [212, "path", "Troubleshooting", { state: doneBy("millwright explain"), today: "millwright explain RULE" }],
    [213, "path", "Security", { state: inKit("secrets/README.md"), today: "secrets/README.md" }],
    [214, "path", "Architecture", { state: doneBy("millwright graph"), today: "millwright graph ." }],
  ],
);

export const practiceLines: readonly GuideLine[] = [...before, ...during, ...after, ...links];
