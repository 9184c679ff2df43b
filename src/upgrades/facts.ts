import * as z from "zod";
import { InputError } from "../kernel/errors.ts";
import { Answers } from "./answers.ts";

const date = z.iso.date();
const bound = z.string().regex(/^\d+(\.\d+)*$/, "a version such as 16.8");
/** Names and words that stand unquoted in a runbook. */
const variable = z.string().regex(/^[A-Z][A-Z0-9_]*$/);
const word = z.string().regex(/^[\w./:-]*$/);
const minor = z.string().regex(/^\d+\.\d+$/, "a version such as 18.11");
const release = z.string().regex(/^\d+(\.\d+){1,2}$/, "a version such as 18.11.3");

const Stop = z.object({
  version: minor,
  kind: z.enum(["required", "conditional", "announced"]),
  latest_patch_seen: z.object({ version: release, tagged: date }).nullable(),
  condition: z.string().optional(),
  note: z.string().optional(),
  source: z.string(),
});
export type Stop = z.infer<typeof Stop>;

const PathFile = z.object({
  researched: date,
  rules: z.array(z.object({ id: z.string(), rule: z.string(), source: z.string() })),
  stops: z.array(Stop).min(1),
});

const ChartsFile = z.object({
  researched: date,
  rule: z.object({ major_map: z.record(z.string(), z.string()), source: z.string() }),
  authoritative_lookup: z.string(),
  kubernetes_support: z.array(z.object({ kubernetes: minor, min_gitlab: minor, status: z.string() })),
  kubernetes_support_source: z.string(),
  pairs_source: z.string(),
  pairs: z.array(z.object({ chart: release, gitlab: release })),
});

const WindowRow = z.object({ from: minor, min: bound, max: bound.nullable(), tested: bound.nullable() });
export type WindowRow = z.infer<typeof WindowRow>;

const clause = z.object({ answer: z.string(), above: z.number().optional(), is: z.boolean().optional() });
const DatastoresFile = z.object({
  researched: date,
  postgresql: z.object({ rows: z.array(WindowRow).min(1), note: z.string(), source: z.string() }),
  redis: z.object({ rows: z.array(WindowRow).min(1), note: z.string(), source: z.string() }),
  bundled: z.object({ gone: minor, what: z.string(), source: z.string() }),
  broken: z.array(
    z.object({ version: release, why: z.string(), severity: z.enum(["refuse", "warn"]), source: z.string() }),
  ),
  releases: z.object({ seen: z.array(release), newer: z.string(), source: z.string() }),
  conditions: z.array(
    z.object({
      stop: minor,
      /** The query decides the first; `reads` says how: any row, or any number above it. */
      any: z.array(clause).min(1),
      query: z.string().nullable(),
      reads: z.enum(["rows", "count"]).optional(),
    }),
  ),
});

/** When a check belongs to a hop: always, on the first or last, when the hop crosses a version, goes below or from one, or to one. */
const On = z.union([
  z.enum(["every", "first", "last"]),
  z.strictObject({ crosses: release }),
  z.strictObject({ below: release }),
  z.strictObject({ from: bound }),
  z.strictObject({ exactly: z.array(release).min(1) }),
]);
export type On = z.infer<typeof On>;

/** How a check is made. Commands are POSIX sh and read the variables of their file; exit 0 means it holds. */
const How = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("sql"),
    database: z.enum(["main", "ci"]),
    query: z.string(),
    expect: z.enum(["no-rows", "a-row"]),
  }),
  z.strictObject({
    kind: z.literal("http"),
    url: z.string(),
    status: z.int(),
    match: z.string().optional(),
    refuse: z.string().optional(),
    login: variable.optional(),
    onlyIf: variable.optional(),
  }),
  z.strictObject({ kind: z.literal("shell"), command: z.string() }),
  /** Shows the answer; a person says whether it holds. */
  z.strictObject({ kind: z.literal("look"), command: z.string() }),
  /** Keeps the answer in a file of the records; `once`: an earlier one stays; `look`: a person says whether it holds. */
  z.strictObject({
    kind: z.literal("record"),
    command: z.string(),
    to: z.string().regex(/^[\w.{}-]+$/),
    once: z.boolean().optional(),
    look: z.boolean().optional(),
  }),
  /** The newest job of the selector completes; it ends the wait when it fails. */
  z.strictObject({ kind: z.literal("job"), selector: z.string(), minutes: z.int().positive() }),
  z.strictObject({ kind: z.literal("do"), command: z.string(), reads: variable.optional() }),
  z.strictObject({ kind: z.literal("ask") }),
]);
export type How = z.infer<typeof How>;

const CheckFact = z.strictObject({
  id: z.string(),
  phase: z.enum(["before", "during", "after"]),
  on: On,
  what: z.string(),
  how: How,
  unless: z.record(z.string(), z.union([z.boolean(), z.string()])).optional(),
  source: z.string(),
});
export type CheckFact = z.infer<typeof CheckFact>;
const Irreversible = z.strictObject({ on: On, what: z.string(), source: z.string() });
const Variable = z.strictObject({
  name: variable,
  default: word.optional(),
  meaning: z.string(),
});
export type Variable = z.infer<typeof Variable>;

const ChecksFile = z.object({
  researched: date,
  variables: z.array(Variable),
  checks: z.array(CheckFact),
  irreversible: z.array(Irreversible),
  datastores: z.object({
    postgresql: z.array(CheckFact),
    redis: z.array(CheckFact),
    bundled: z.array(CheckFact),
  }),
});

const SystemUpgrade = z.strictObject({
  id: z.string(),
  title: z.string(),
  /** `any`: jump as you like; `every-minor`: one minor at a time; `notes`: jump after reading every minor's notes; `none`: retired. */
  sequence: z.enum(["any", "every-minor", "notes", "none"]),
  strength: z.enum(["required", "recommended"]).optional(),
  /** The way back: revert the revision, restore a backup, none, or not known. */
  downgrade: z.enum(["revert", "restore", "none", "unknown"]),
  releases: z.array(release),
  latest: release.optional(),
  chartEqualsVersionFrom: release.optional(),
  source: z.string(),
  variables: z.array(Variable),
  checks: z.array(CheckFact),
  irreversible: z.array(Irreversible),
  retired: z.strictObject({ since: z.string(), why: z.string(), insteadDo: z.string() }).optional(),
});
export type SystemUpgrade = z.infer<typeof SystemUpgrade>;

const SystemsFile = z.object({ researched: date, systems: z.array(SystemUpgrade) });
const Rule = z.object({
  system: z.string(),
  id: z.string(),
  rule: z.string(),
  confidence: z.string(),
  source: z.string(),
});
const RulesFile = z.object({ researched: date, rules: z.array(Rule) });
const Dependencies = z.object({
  researched: date,
  nodes: z.array(z.object({ id: z.string(), title: z.string(), kind: z.string(), system: z.string() })),
  edges: z.array(z.object({ from: z.string(), to: z.string(), why: z.string(), source: z.string() })),
  inCycle: z.array(z.object({ first: z.string(), next: z.string(), why: z.string(), source: z.string() })),
});
export type Dependencies = z.infer<typeof Dependencies>;

const Data = z.object({
  path: PathFile,
  charts: ChartsFile,
  datastores: DatastoresFile,
  checks: ChecksFile,
  systems: SystemsFile,
  rules: RulesFile,
  dependencies: Dependencies,
});

const FactsFile = z.strictObject({
  $schema: z.string().optional(),
  schema: z.literal("millwright/upgrade-facts/1"),
  answers: Answers.optional(),
  /** Releases that can be had, by system; a plan takes the newest patch of each stop from them too. */
  releases: z.record(z.string(), z.array(release)).optional(),
  /** Newer copies of the shipped files, each whole, under the names they have there. */
  replace: Data.partial().strict().optional(),
});

/** Everything a plan is made from, each part with its date and sources. `loadFacts` makes it. */
export interface UpgradeFacts extends z.infer<typeof Data> {
  readonly answers: Answers;
  readonly releases: Readonly<Record<string, readonly string[]>>;
}

/**
 * The shipped data, with what an operator's facts file says in place of it. Throws `InputError` that names the field
 * when the file is not right.
 */
export function loadFacts(shipped: unknown, file?: { readonly name: string; readonly content: unknown }): UpgradeFacts {
  const data = Data.parse(shipped);
  if (file === undefined) return { ...data, answers: {}, releases: {} };

  const read = FactsFile.safeParse(file.content);
  if (!read.success) {
    const problems = read.error.issues.map((issue) => `${issue.path.join(".") || "the file"}: ${issue.message}`);
    throw new InputError(
      `${file.name} is not a facts file (schema millwright/upgrade-facts/1). ${problems.join("; ")}`,
    );
  }
  const { answers = {}, releases = {}, replace = {} } = read.data;
  return { ...Data.parse({ ...data, ...replace }), answers, releases };
}
