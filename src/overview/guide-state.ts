import type { GuideLine } from "../guides/line.ts";
import type { Links } from "../guides/links.ts";
import { counted } from "../kernel/count.ts";
import { type Instant, instantOf } from "../kernel/instant.ts";
import type { DutyStanding, GuideFacts, OpenRule } from "./guide-facts.ts";

export const guideStates = ["overdue", "due", "open", "unknown", "done", "not-applicable"] as const;

/** What shows that a line was done, or looked at. */
interface Evidence {
  readonly kind: "duty" | "findings" | "look" | "journal" | "health";
  readonly at: Instant;
  readonly text: string;
  /** The journal's entry. */
  readonly entry?: number;
}

/** How a line stands today, why, and what shows it. */
export interface GuideStanding {
  readonly state: (typeof guideStates)[number];
  readonly why: string;
  readonly evidence: Evidence | undefined;
  readonly dueAt: Instant | undefined;
  /** Open findings that speak against it. */
  readonly findings: number;
  /** Their rules, those with the most first. */
  readonly open: readonly OpenRule[];
}

/** What a line is watched by. */
interface Watched {
  readonly links: Links;
  /** Rules and groups that see it in a repository. */
  readonly rules: readonly string[];
}

/** The first that can tell: design, duties, findings, metrics, health, then what the line's command is about. */
export function standingOf(line: GuideLine, watched: Watched, facts: GuideFacts): GuideStanding {
  const open = openFor(watched, facts.open);
  const findings = open.reduce((sum, { count }) => sum + count, 0);
  const found =
    byDesign(line) ??
    byDuties(watched.links, facts) ??
    byFindings(watched, open, facts) ??
    byMetric(watched.links, facts) ??
    byHealth(watched.links, facts) ??
    byCommand(line, facts);
  return { ...found, findings, open: open.toSorted((a, b) => b.count - a.count) };
}

type Found = Omit<GuideStanding, "findings" | "open">;

function says(state: GuideStanding["state"], why: string, evidence?: Evidence, dueAt?: Instant): Found {
  return { state, why, evidence, dueAt };
}

function openFor({ links, rules }: Watched, open: readonly OpenRule[]): readonly OpenRule[] {
  const live = (rule: string): boolean =>
    links.liveRules.some((name) => (name.endsWith("*") ? rule.startsWith(name.slice(0, -1)) : rule === name));
  return open.filter(({ rule, group }) => rules.includes(rule) || rules.includes(group) || live(rule));
}

function byDesign({ state }: GuideLine): Found | undefined {
  return state.kind === "absent-by-design"
    ? says("not-applicable", `absent by design: ${state.substitute}`)
    : undefined;
}

const worstDuty: readonly DutyStanding["state"][] = ["overdue", "due", "stale", "never", "proven"];

function byDuties({ duties }: Links, facts: GuideFacts): Found | undefined {
  const own = duties.flatMap((id) => facts.duties.get(id) ?? []);
  const [duty] = own.toSorted((a, b) => worstDuty.indexOf(a.state) - worstDuty.indexOf(b.state));
  if (duty === undefined)
    return duties.length === 0
      ? undefined
      : says("not-applicable", `the duty ${duties.join(", ")} was put off in millwright.yaml, or is another team's`);
  const evidence: Evidence | undefined =
    duty.doneAt === undefined
      ? undefined
      : {
          kind: "duty",
          at: duty.doneAt,
          text: `${duty.title}: ${duty.evidence}`,
          ...(duty.entry === undefined ? {} : { entry: duty.entry }),
        };
  switch (duty.state) {
    case "overdue":
    case "due":
      return says(duty.state, `the duty "${duty.title}" is ${duty.state} since ${duty.dueAt}`, evidence, duty.dueAt);
    case "stale":
      return says("due", `the last evidence is older than the duty "${duty.title}" allows`, evidence, duty.dueAt);
    case "never":
      return says("unknown", `nothing was ever recorded for the duty "${duty.title}"`, undefined, duty.dueAt);
    case "proven":
      return says("done", `the duty "${duty.title}" was done and is not due again yet`, evidence, duty.dueAt);
  }
}

function byFindings({ links, rules }: Watched, open: readonly OpenRule[], { looked }: GuideFacts): Found | undefined {
  if (rules.length === 0 && links.liveRules.length === 0) return undefined;
  const at =
    rules.length > 0
      ? looked.repository
      : links.liveRules.includes("branch-unreviewed")
        ? looked.forge
        : looked.cluster;
  if (open.length > 0) {
    const count = open.reduce((sum, one) => sum + one.count, 0);
    const text = `${counted(count, "open finding")} of ${open.map(({ rule }) => rule).join(", ")}`;
    return says("open", text, at === undefined ? undefined : { kind: "findings", at, text });
  }
  if (at === undefined) return says("unknown", "not set up: nothing that would show it was looked at yet");
  return says("done", "nothing speaks against it", { kind: "look", at, text: "looked at, and nothing found" });
}

function byHealth({ systems }: Links, { health, now }: GuideFacts): Found | undefined {
  if (systems.length === 0) return undefined;
  const seen = systems.flatMap((system) => health.get(system) ?? []);
  if (seen.length === 0)
    return says("unknown", `not set up: no ${systems.join(" or ")} is among the endpoints of millwright.server.yaml`);
  const bad = seen.filter(({ kind }) => kind === "unhealthy" || kind === "affected");
  const text = seen.map(({ kind, component }) => `${component} is ${kind}`).join("; ");
  const evidence: Evidence = { kind: "health", at: now, text };
  if (bad.length > 0) return says("open", text, evidence);
  return says(seen.some(({ kind }) => kind === "healthy") ? "done" : "unknown", text, evidence);
}

/** A metric is done where it is measured; that it was set up once shows nothing. */
function byMetric({ metric }: Links, { metrics }: GuideFacts): Found | undefined {
  if (metric === undefined) return undefined;
  const values = metrics.get(metric) ?? [];
  const known = values.flatMap(({ value, at, environment, unit }) =>
    value === undefined || at === undefined ? [] : [{ at, text: `${rounded(value)} ${unit} in ${environment}` }],
  );
  const [first] = known.toSorted((a, b) => b.at.localeCompare(a.at));
  if (first === undefined)
    return says("unknown", `not set up: ${values[0]?.source ?? metric} gave no value within an hour`);
  const text = known.map((one) => one.text).join("; ");
  return says("done", text, { kind: "health", at: first.at, text });
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** What a command of ours is about, where that can be told from what is kept. */
const subjects: readonly (readonly [command: RegExp, tell: (facts: GuideFacts) => Found])[] = [
  [/^millwright (?:audit|inventory|matrix|graph|fix)\b/, ({ looked }) => byLook(looked.repository, "the repository")],
  [/^millwright (?:assess|health)\b/, ({ looked }) => byLook(looked.cluster, "a cluster")],
  [/^millwright outdated\b/, ({ upstreams, now }) => byUpstreams(upstreams, now)],
  [/^millwright incident\b/, ({ entries }) => onOccasion(entries.get("incident"), "when there is an incident")],
  [/^millwright work\b/, ({ entries }) => onOccasion(entries.get("work-order"), "when there is work to be planned")],
  [/^millwright journal\b/, ({ entries }) => onOccasion(entries.get("note"), "whenever something is done by hand")],
  [/^millwright upgrade\b/, ({ entries }) => onOccasion(entries.get("run"), "when an upgrade is prepared")],
  [/^millwright (?:windows|duty|calendar)\b/, ({ now }) => says("done", "the calendar holds it", evident(now))],
];

function evident(at: Instant): Evidence {
  return { kind: "look", at, text: "the calendar in force" };
}

function byCommand({ state, kind }: GuideLine, facts: GuideFacts): Found {
  switch (state.kind) {
    case "open":
      return says("open", `nothing of ours does it yet; it comes with ${state.arrives}`);
    case "in-kit":
      return says("unknown", `the kit has it in ${state.path}; whether yours does is for a person to see`);
    case "absent-by-design":
      return says("not-applicable", `absent by design: ${state.substitute}`);
    case "done-by":
      return (
        subjects.find(([command]) => command.test(state.command))?.[1](facts) ??
        says("unknown", `a ${kind} that ${state.command} answers; nothing is kept of it`)
      );
  }
}

function byLook(at: Instant | undefined, what: string): Found {
  return at === undefined
    ? says("unknown", `not set up: ${what} was not looked at yet`)
    : says("done", `${what} is looked at again and again`, { kind: "look", at, text: `${what} was looked at` });
}

const week = 7 * 86_400_000;

function byUpstreams(at: Instant | undefined, now: Instant): Found {
  if (at === undefined) return says("unknown", "upstreams were not asked yet");
  const text = "upstreams were asked for releases";
  const evidence: Evidence = { kind: "look", at, text };
  if (at >= instantOf(Date.parse(now) - week)) return says("done", text, evidence);
  return says("due", "upstreams were not asked for a week", evidence);
}

function onOccasion(entry: { readonly sequence: number; readonly at: Instant } | undefined, when: string): Found {
  return says(
    "not-applicable",
    `only ${when}`,
    entry === undefined
      ? undefined
      : { kind: "journal", at: entry.at, entry: entry.sequence, text: "the last time, as the journal has it" },
  );
}
