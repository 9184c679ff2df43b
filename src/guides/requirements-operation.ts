import { done, kitTests, makeTests, partly, type Requirement } from "./requirement.ts";

const health: readonly Requirement[] = [
  done("HLT-1", "Health of every component by the right route", {
    command: "millwright health; millwright assess",
    tests: [
      "src/observations/watch.test.ts",
      "src/observations/real-web.test.ts",
      "src/health/attribution.test.ts",
      "src/assess/assess.test.ts",
      "console/test/health.test.ts",
    ],
    routes: ["GET /health", "GET /observations", "GET /observation-changes"],
  }),
  done("HLT-2", "The fourteen key metrics, each with its source; before and after compared, as a gate", {
    command: "millwright metric list; millwright run comparison ID",
    tests: [
      "kit/tests/monitoring.test.ts",
      "src/health/compare.test.ts",
      "src/health/gate.test.ts",
      "src/observations/routes.test.ts",
    ],
    routes: ["GET /key-metrics", "GET /series/{id}/chart", "GET /runs/{id}/comparison"],
  }),
  done("HLT-3", "Fits the monitoring stack, verified with the real tools", {
    command: "make test; millwright incident list",
    tests: ["kit/tests/monitoring.test.ts", "src/api/metrics.test.ts", "src/incidents/alertmanager-real.test.ts"],
    routes: ["GET /incidents"],
  }),
  partly(
    "HLT-4",
    "Use of resources, quotas, scaling, cost; a weekly report",
    "claims, quotas, requests and restarts at one look; the weekly review as a duty",
    "use over time, cost, and the report",
    { command: "millwright assess", tests: ["src/assess/assess.test.ts", "src/calendar/duties.test.ts"] },
  ),
  done("HLT-5", "Logs reviewed daily: new and rising errors", {
    command: "millwright finding list --rule health-log-errors",
    tests: ["src/observations/store.test.ts", "src/health/signatures.test.ts", "src/observations/routes.test.ts"],
    routes: ["GET /findings", "GET /log-signatures"],
  }),
  partly(
    "HLT-6",
    "Capacity: days to full, growth, retention of data",
    "what was measured, kept by day and hour",
    "days to full and growth",
    {
      command: "millwright serve",
      tests: ["src/observations/store.test.ts"],
      routes: ["GET /series", "GET /series/{id}/hours"],
    },
  ),
];

const configuration: readonly Requirement[] = [
  done("CFG-1", "Argo CD's policy is checked, and a repository that works is written", {
    command: "millwright audit; millwright scaffold DIR",
    tests: [...kitTests, "kit/tests/audit.test.ts"],
  }),
  done("CFG-2", "Drift: since when, by whom, put back", {
    command: "millwright drift list; millwright drift put-back APPLICATION",
    tests: [
      "src/drift/compare.test.ts",
      "src/live/rules.test.ts",
      "src/api/with/live.test.ts",
      "src/api/with/live-held.test.ts",
      "src/engine/procedures/put-back.test.ts",
      "src/engine/argocd/sync-windows.test.ts",
    ],
    routes: ["GET /drift", "POST /drift/put-back"],
  }),
  done("CFG-3", "Releases tagged, environments apart, reviews required", {
    command: "millwright audit; millwright serve",
    tests: ["src/findings/rules/rules.test.ts", "src/forge/forge.test.ts"],
    routes: ["GET /forge"],
  }),
  partly(
    "CFG-4",
    "All changes through Git: who could do otherwise, and a policy against it",
    "who can write by hand, and who did",
    "the policy that refuses it",
    { command: "millwright assess", tests: ["src/assess/assess.test.ts", "src/assess/sections.test.ts"] },
  ),
];

const calendar: readonly Requirement[] = [
  done("CAL-1", "Every cadence is a duty: due, overdue, done", {
    command: "millwright duty list",
    tests: ["src/calendar/duties.test.ts", "src/calendar/tick.test.ts", "src/api/with/backups-duties.test.ts"],
    routes: ["GET /duties", "POST /duties/{id}/complete"],
  }),
  done("CAL-2", "Windows per environment; nothing disruptive outside", {
    command: "millwright windows",
    tests: ["src/calendar/windows.test.ts", "src/calendar/decide-properties.test.ts"],
    routes: ["GET /windows"],
  }),
  partly(
    "CAL-3",
    "Before, during and after, in every procedure",
    "a work order says what stands against it; a run has checks before and after, and writes its entry",
    "procedures for upgrades",
    {
      command: "millwright run start",
      tests: ["src/calendar/decide.test.ts", "src/engine/leg.test.ts", "src/calendar/runs.test.ts"],
      routes: ["POST /runs", "POST /work-orders/{id}/plan"],
    },
  ),
  done("CAL-4", "CI on a schedule, pinned, nothing destructive", {
    command: "millwright scaffold DIR",
    tests: kitTests,
  }),
  done("CAL-5", "iCalendar; notices", {
    command: "millwright calendar feed",
    tests: ["src/calendar/ical.test.ts", "src/notices/outbox.test.ts"],
    routes: ["GET /calendar.ics", "GET /notices"],
  }),
  done("CAL-6", "Where the guides' rules collide, it is said, with the arithmetic", {
    command: "millwright simulate",
    tests: ["src/calendar/simulate.test.ts", "src/guides/guides.test.ts"],
    routes: ["GET /simulate"],
  }),
];

const people: readonly Requirement[] = [
  done("EMG-1", "Incidents: assess, notify, fix, watch, document", {
    command: "millwright incident",
    tests: ["src/incidents/incident.test.ts", "src/incidents/routes.test.ts"],
    routes: ["GET /incidents", "POST /incidents"],
  }),
  partly(
    "EMG-2",
    "Diagnosis of common faults: evidence, cause, command",
    "a pod in trouble with evidence, cause and command; the commands, corrected",
    "causes of what is no pod",
    {
      command: "millwright assess; millwright guides",
      tests: ["src/assess/assess.test.ts", "src/guides/guides.test.ts"],
    },
  ),
  done("EMG-3", "Pages an incident system and takes its answer", {
    command: "millwright serve",
    tests: ["src/incidents/loop.test.ts", "src/incidents/alerts.test.ts"],
    routes: ["POST /incidents/{id}/acknowledge"],
  }),
  done("LOG-1", "An entry in the guide's template for every run", {
    command: "millwright journal list",
    tests: ["src/engine/leg.test.ts", "src/journal/publish.test.ts"],
    routes: ["GET /journal/entries", "POST /journal/entries"],
  }),
  done("LOG-2", "Nobody can change the log unseen; reports", {
    command: "millwright journal verify",
    tests: ["src/journal/verify.test.ts", "src/journal/store.test.ts"],
    routes: ["GET /journal/export", "GET /journal/anchor", "GET /journal/report"],
  }),
  done("LOG-3", "Each work order names its change request", {
    command: "millwright work plan",
    tests: ["src/calendar/routes.test.ts", "src/calendar/decide-properties.test.ts"],
    routes: ["POST /work-orders/{id}/plan"],
  }),
];

const rest: readonly Requirement[] = [
  done("CMD-1", "The nine make targets, meaning what the guide means", { command: "make help", tests: makeTests }),
  done("CMD-2", "Every other command has its counterpart, corrected where wrong", {
    command: "docs/commands.md",
    tests: ["src/guides/guides.test.ts"],
  }),
  partly(
    "DOC-1",
    "Both guides, live; pages of architecture, security and troubleshooting from the same data",
    "each line with state, evidence, due date, command and correction; architecture drawn by environment, security and troubleshooting with what shows now, in the console and as Markdown for a repository",
    "evidence and due dates on the static page of the guides; a page of the deployment",
    {
      command: "millwright guide lines; millwright guides -o html; millwright document write security",
      tests: [
        "src/guides/guides.test.ts",
        "src/overview/guides.test.ts",
        "src/documents/routes.test.ts",
        "src/documents/symptom.test.ts",
        "src/documents/outward.test.ts",
        "console/test/documents.test.ts",
      ],
      routes: [
        "GET /guides",
        "GET /documents/architecture",
        "GET /documents/security",
        "GET /documents/troubleshooting",
        "GET /documents/{name}/markdown",
      ],
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
