import { correction } from "./corrections.ts";
import { doneBy, type GuideLine, inKit, section } from "./line.ts";
import { cadences, sayMinutes, sayWindow, windows } from "./numbers.ts";

const schedule = section(
  {
    guide: "B",
    section: "Recommended schedule",
    requirement: ["CAL-1"],
    state: doneBy("millwright duty list"),
    today: "millwright duty list",
  },
  cadences.map(({ task, every, at, minutes }, index) => [
    130 + index,
    "cadence",
    `${task}: every ${every}, ${at}, ${sayMinutes(minutes)}`,
    every === "month" ? { requirement: ["CAL-1", "CAL-6"], correction: correction.monthlyPush } : {},
  ]),
);

const maintenance = section(
  {
    guide: "B",
    section: "Maintenance windows",
    requirement: ["CAL-2"],
    state: doneBy("millwright windows"),
    today: "millwright windows .",
  },
  windows.map((window, index) => [
    140 + index,
    "window",
    `${window.environment}: ${sayWindow(window)}`,
    window.environment === "prod" ? { requirement: ["CAL-2", "CAL-6"], correction: correction.monthlyPush } : {},
  ]),
);

const emergency = section(
  {
    guide: "B",
    section: "Emergencies",
    requirement: ["EMG-1"],
    state: doneBy("millwright incident"),
    today: "millwright incident open TITLE",
  },
  [
    [150, "rule", "A vulnerability is an emergency"],
    [151, "rule", "A breach is an emergency"],
    [152, "rule", "An outage is an emergency"],
    [153, "rule", "Degraded performance is an emergency"],
    [154, "check", "First, find out scope and severity"],
    [155, "check", "Tell those it concerns"],
    [
      156,
      "check",
      "Apply the emergency patch",
      { state: doneBy("millwright work emergency"), today: "millwright work emergency ID --reason WHY" },
    ],
    [157, "check", "Watch whether it holds", { state: inKit("monitoring/grafana/"), today: "open Grafana, tag mlops" }],
    [158, "check", "Write down what happened and how it was solved"],
    [
      159,
      "contact",
      "The infrastructure team",
      { state: inKit("docs/incidents/README.md"), today: "docs/incidents/README.md" },
    ],
    [
      160,
      "contact",
      "The security team",
      { state: inKit("docs/incidents/README.md"), today: "docs/incidents/README.md" },
    ],
    [
      161,
      "contact",
      "Whoever is on call, by the incident system",
      {
        requirement: ["EMG-1", "EMG-3"],
        state: doneBy("millwright incident"),
        today: "millwright incident list",
      },
    ],
  ],
);

const log = section(
  {
    guide: "B",
    section: "Maintenance log",
    requirement: ["LOG-1"],
    state: doneBy("millwright journal note"),
    today: "millwright journal note TASK",
  },
  [
    [170, "template", "Date"],
    [171, "template", "Maintainer"],
    [172, "template", "Task"],
    [173, "template", "Environment: local, dev, staging or prod"],
    [174, "template", "Duration in hours"],
    [175, "template", "Issues met"],
    [176, "template", "Next actions"],
    [177, "path", "docs/maintenance-logs/"],
    [
      178,
      "path",
      "docs/incidents/",
      { requirement: ["EMG-1"], state: inKit("docs/incidents/"), today: "docs/incidents/TEMPLATE.md" },
    ],
    [
      179,
      "rule",
      "Change requests stand in the issue tracker",
      { requirement: ["LOG-3"], state: doneBy("millwright work plan"), today: "millwright work plan ID" },
    ],
  ],
);

export const scheduleLines: readonly GuideLine[] = [...schedule, ...maintenance, ...emergency, ...log];
