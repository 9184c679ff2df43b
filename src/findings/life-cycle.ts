import type { Audit } from "./audit.ts";
import type { Finding, OpenQuestion } from "./finding.ts";
import type { Suppressed } from "./suppression.ts";

/*
 * A finding opens when a rule first shows it and closes only when that rule ran again, on known facts, and no longer does. What
 * could not be judged (the rule broke or did not run, its question is open, its file could not be read) leaves it as it was.
 */

export type FindingState = "open" | "suppressed" | "closed";

/** What a source says of a finding. */
export type Holds = "yes" | "suppressed" | "no";

/** What is kept of a finding that a source showed and has not yet shown to be gone. */
export interface Sighting {
  readonly id: string;
  readonly rule: string;
  readonly subject: string;
  readonly environment: string | undefined;
  /** Files of its places. */
  readonly files: readonly string[];
}

/** What one look at a source gave. */
export interface Look {
  readonly findings: readonly Finding[];
  readonly suppressed: readonly Suppressed[];
  readonly unknown: readonly OpenQuestion[];
  /** Rules that ran to their end. */
  readonly ran: ReadonlySet<string>;
  /** Files and folders that are there and could not be read or understood. */
  readonly unread: readonly string[];
  /** Nothing at all was read: such a look proves nothing gone. */
  readonly blind: boolean;
}

/** What became of a sighting that a look no longer shows. */
export type Fate = { readonly id: string } & (
  | { readonly kind: "gone" }
  | { readonly kind: "unknown"; readonly why: string }
);

/** What an audit with these rules tells of its source. */
export function lookOf(audit: Audit, rules: readonly { readonly id: string }[]): Look {
  const broken = new Set(audit.problems.map(({ rule }) => rule));
  const understood = audit.problems.filter((problem) => problem.rule === undefined);
  return {
    findings: audit.findings,
    suppressed: audit.suppressed,
    unknown: audit.unknown,
    ran: new Set(rules.map(({ id }) => id).filter((id) => !broken.has(id))),
    unread: [...audit.files.skipped.map(({ file }) => file), ...understood.map(({ file }) => file)],
    blind: audit.files.read === 0,
  };
}

/** The fate of each sighting that the look does not show. */
export function fatesOf(kept: readonly Sighting[], look: Look): readonly Fate[] {
  const shown = new Set([...look.findings, ...look.suppressed.map(({ finding }) => finding)].map(({ id }) => id));
  const questions = new Map<string, OpenQuestion[]>();
  for (const question of look.unknown) {
    const key = `${question.rule} ${question.subject}`;
    questions.set(key, [...(questions.get(key) ?? []), question]);
  }
  return kept
    .filter(({ id }) => !shown.has(id))
    .map((sighting): Fate => {
      const why = doubt(sighting, look, questions.get(`${sighting.rule} ${sighting.subject}`) ?? []);
      return why === undefined ? { id: sighting.id, kind: "gone" } : { id: sighting.id, kind: "unknown", why };
    });
}

/** Why a look that does not show a finding does not prove it gone; undefined when it does. */
function doubt(sighting: Sighting, look: Look, questions: readonly OpenQuestion[]): string | undefined {
  if (look.blind) return "nothing could be read";
  if (!look.ran.has(sighting.rule)) return `rule ${sighting.rule} did not run`;
  const unread = look.unread.find((path) =>
    sighting.files.some((file) => file === path || file.startsWith(`${path}/`)),
  );
  if (unread !== undefined) return `${unread} could not be read`;
  const open = questions.find(
    ({ environment }) =>
      environment === undefined || sighting.environment === undefined || environment === sighting.environment,
  );
  return open?.why;
}

/** The state of a finding by what its sources say; one that shows it is enough. */
export function stateOf(sightings: readonly Holds[]): FindingState {
  if (sightings.includes("yes")) return "open";
  return sightings.includes("suppressed") ? "suppressed" : "closed";
}

export type FindingEventKind =
  | "opened"
  | "reopened"
  | "closed"
  | "suppressed"
  | "suppression-ended"
  | "severity-changed"
  | "cannot-tell";

/** What a change of state is called; undefined when there is none. */
export function changeOf(before: FindingState | undefined, after: FindingState): FindingEventKind | undefined {
  if (before === after) return undefined;
  switch (after) {
    case "closed":
      return "closed";
    case "suppressed":
      return "suppressed";
    case "open":
      if (before === undefined) return "opened";
      return before === "closed" ? "reopened" : "suppression-ended";
  }
}
