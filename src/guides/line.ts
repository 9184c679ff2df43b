import type { Correction } from "./corrections.ts";

/** What is meant wherever this product speaks of the guides. */
export const aboutGuides =
  "Guide A: maintenance guidelines of an MLOps platform with GitLab, SharingHub and MLflow; guide B: maintenance guide of an ML platform's infrastructure.";

/** A: the maintenance guidelines of the MLOps platform. B: the infrastructure maintenance guide of the ML platform. */
type Guide = "A" | "B";

type LineKind =
  | "rule"
  | "check"
  | "command"
  | "cadence"
  | "window"
  | "clock"
  | "retention"
  | "metric"
  | "probe"
  | "path"
  | "template"
  | "contact";

/** Where a line stands today. `open` is honest: nothing of ours does it yet, and `arrives` names what will. */
export type LineState =
  | { readonly kind: "done-by"; readonly command: string }
  | { readonly kind: "in-kit"; readonly path: string }
  | { readonly kind: "absent-by-design"; readonly substitute: string }
  | { readonly kind: "open"; readonly arrives: string };

/** One line of a guide that a person does or checks, in our words. */
export interface GuideLine {
  /** `A.12`: stable; a line that goes leaves its number unused. */
  readonly id: string;
  readonly guide: Guide;
  readonly section: string;
  readonly kind: LineKind;
  readonly says: string;
  /** The requirements it belongs to: `VER-2`. Never empty. */
  readonly requirement: readonly string[];
  readonly state: LineState;
  /** What to type or open today; a command of ours or a plain one. */
  readonly today: string;
  /** The command as the guide has it, for lines that are one. */
  readonly typed?: string;
  readonly correction?: Correction;
}

/** What most lines of a section share; a line may say otherwise. */
export interface Shared {
  readonly guide: Guide;
  readonly section: string;
  readonly requirement: readonly string[];
  readonly state: LineState;
  readonly today: string;
}

type Own = Partial<Pick<GuideLine, "requirement" | "state" | "today" | "typed" | "correction">>;
type Row = readonly [number: number, kind: LineKind, says: string, own?: Own];

export function section(shared: Shared, rows: readonly Row[]): readonly GuideLine[] {
  return rows.map(([number, kind, says, own]) => ({ ...shared, id: `${shared.guide}.${number}`, kind, says, ...own }));
}

export function doneBy(command: string): LineState {
  return { kind: "done-by", command };
}

export function inKit(path: string): LineState {
  return { kind: "in-kit", path };
}

export function absent(substitute: string): LineState {
  return { kind: "absent-by-design", substitute };
}

/** What nothing of ours does yet, named by what will. What a person can do meanwhile is the line's `today`. */
export const open = {
  live: { kind: "open", arrives: "the use of resources, and what each costs" },
  terraform: { kind: "open", arrives: "a look at Terraform's own state" },
  upgrades: { kind: "open", arrives: "upgrade procedures that run with gates" },
  testing: { kind: "open", arrives: "promotion on evidence, with its test suites" },
  security: { kind: "open", arrives: "security findings with their clocks" },
  calendar: {
    kind: "open",
    arrives: "a duty that comes with it; a duty of your own can be written into millwright.yaml now",
  },
} as const satisfies Readonly<Record<string, LineState>>;

/** The verbs of the command line that exist; a `today` may name no other. */
export const knownCommands: readonly string[] = [
  "init",
  "inventory",
  "audit",
  "fix",
  "outdated",
  "backup",
  "upgrade plan",
  "matrix",
  "graph",
  "explain",
  "why",
  "scaffold",
  "guides",
  "assess",
  "simulate",
  "windows",
  "serve",
  "duty",
  "work",
  "work plan",
  "run",
  "calendar",
  "journal",
  "incident",
  "component",
  "finding",
  "overview",
  "guide",
  "health",
  "forge",
];
