import { done, kitTests, later, makeTests, partly, type Requirement } from "./requirement.ts";

const health: readonly Requirement[] = [
  partly(
    "HLT-1",
    "Health of every component by the right route",
    "the routes, corrected; probes in kit/'s Prometheus",
    "asking them, with absent, unknown and unhealthy apart",
    {
      command: "make docker-health",
      tests: makeTests,
    },
  ),
  partly(
    "HLT-2",
    "The fourteen key metrics, each with its source",
    "sources, rules and panels in kit/; two absent by design",
    "compared before and after a change",
    {
      command: "millwright scaffold DIR",
      tests: ["kit/tests/monitoring.test.ts"],
    },
  ),
  partly(
    "HLT-3",
    "Fits the monitoring stack, verified with the real tools",
    "rules, routes, dashboards, log queries; promtool and amtool run on them",
    "own metrics; alerts taken in",
    {
      command: "make test",
      tests: ["kit/tests/monitoring.test.ts"],
    },
  ),
  later("HLT-4", "Use of resources, quotas, scaling, cost; a weekly report", "the assessment of a live platform"),
  partly("HLT-5", "Logs reviewed daily: new and rising errors", "the queries, in kit/", "the review", {
    command: "millwright scaffold DIR",
    tests: kitTests,
  }),
  later("HLT-6", "Capacity: days to full, growth, retention of data", "the assessment of a live platform"),
];

const configuration: readonly Requirement[] = [
  done("CFG-1", "Argo CD's policy is checked, and a repository that works is written", {
    command: "millwright audit; millwright scaffold DIR",
    tests: [...kitTests, "kit/tests/audit.test.ts"],
  }),
  later("CFG-2", "Drift: since when, by whom, put back", "the assessment of a live platform"),
  partly(
    "CFG-3",
    "Releases tagged, environments apart, reviews required",
    "environments and tags read from the repository",
    "required reviews, which the forge knows",
    {
      command: "millwright audit",
      tests: ["src/findings/rules/rules.test.ts"],
    },
  ),
  later(
    "CFG-4",
    "All changes through Git: who could do otherwise, and a policy against it",
    "the assessment of a live platform",
  ),
];

const calendar: readonly Requirement[] = [
  partly("CAL-1", "Every cadence is a duty: due, overdue, done", "the cadences as data", "the duties", {
    command: "millwright guides",
    tests: ["src/guides/numbers.test.ts"],
  }),
  partly("CAL-2", "Windows per environment; nothing disruptive outside", "the windows as data", "their enforcement", {
    command: "millwright guides",
    tests: ["src/guides/numbers.test.ts"],
  }),
  later("CAL-3", "Before, during and after, in every procedure", "upgrade procedures"),
  done("CAL-4", "CI on a schedule, pinned, nothing destructive", {
    command: "millwright scaffold DIR",
    tests: kitTests,
  }),
  later("CAL-5", "iCalendar; notices", "the calendar of duties"),
  partly(
    "CAL-6",
    "Where the guides' rules collide, it is said, with the arithmetic",
    "said beside the lines",
    "the arithmetic on your platform",
    {
      command: "millwright guides",
      tests: ["src/guides/guides.test.ts"],
    },
  ),
];

const people: readonly Requirement[] = [
  partly(
    "EMG-1",
    "Incidents: assess, notify, fix, watch, document",
    "a template, in kit/",
    "incidents kept by the product",
    { command: "millwright scaffold DIR", tests: kitTests },
  ),
  partly(
    "EMG-2",
    "Diagnosis of common faults: evidence, cause, command",
    "the commands, corrected",
    "evidence and cause",
    { command: "millwright guides", tests: ["src/guides/guides.test.ts"] },
  ),
  later("EMG-3", "Pages an incident system and takes its answer", "incidents"),
  partly(
    "LOG-1",
    "An entry in the guide's template for every run",
    "the template, in kit/",
    "entries written by themselves",
    { command: "millwright scaffold DIR", tests: kitTests },
  ),
  later("LOG-2", "Nobody can change the log unseen; reports", "the journal"),
  later("LOG-3", "Each work order names its change request", "the journal"),
];

const rest: readonly Requirement[] = [
  done("CMD-1", "The nine make targets, meaning what the guide means", { command: "make help", tests: makeTests }),
  done("CMD-2", "Every other command has its counterpart, corrected where wrong", {
    command: "docs/commands.md",
    tests: ["src/guides/guides.test.ts"],
  }),
  partly(
    "DOC-1",
    "Both guides, live: state, evidence, due date, command, correction",
    "state in this repository, command, correction, as a page",
    "evidence and due dates; the console; the other pages",
    {
      command: "millwright guides -o html",
      tests: ["src/guides/guides.test.ts"],
    },
  ),
  partly(
    "AIR-1",
    "Without the internet: facts and data carried in; nothing phones home",
    "every command works offline from cache or mirror",
    "the signed bundle",
    {
      command: "millwright outdated --offline",
      tests: ["src/edge/cache.test.ts"],
    },
  ),
];

export const operationRequirements: readonly Requirement[] = [
  ...health,
  ...configuration,
  ...calendar,
  ...people,
  ...rest,
];
