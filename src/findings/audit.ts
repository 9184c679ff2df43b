import { applicationsIn } from "../inventory/facts/applications.ts";
import { configurationsOf } from "../inventory/facts/configurations.ts";
import { manifestsIn } from "../inventory/facts/manifests.ts";
import { scriptIn } from "../inventory/facts/scripts.ts";
import { readers } from "../inventory/readers/index.ts";
import { type Repository, readRepository } from "../inventory/repository.ts";
import type { ParsedFile } from "../inventory/source-file.ts";
import { messageOf } from "../kernel/errors.ts";
import type { Instant } from "../kernel/instant.ts";
import type { Skipped, Tree } from "../kernel/ports.ts";
import { environmentOf, type PlatformConfig } from "../platform/config.ts";
import { isExamplePath } from "../platform/example-path.ts";
import type { Credential, Problem } from "../platform/source.ts";
import { credentialsIn } from "../security/credentials.ts";
import { onlyInThePast } from "../security/history.ts";
import type { Change, Move, Rule, RuleFacts, ServedStore, System, Verdict } from "../systems/contract.ts";
import { byUrgency, type Finding, findingsOf, type OpenQuestion, questionsOf } from "./finding.ts";
import type { Past } from "./history.ts";
import { type Suppressed, suppress } from "./suppression.ts";

export interface AuditInput {
  readonly tree: Tree;
  readonly config: PlatformConfig;
  readonly systems: readonly System[];
  readonly rules: readonly Rule[];
  /** The moment it is judged by; suppressions and end-of-life dates depend on it. */
  readonly now: Instant;
  /** What the server that audits backs up by itself. */
  readonly served?: readonly ServedStore[];
  /** What else is known of the repository: secrets of its past, and what could not be looked at. */
  readonly past?: Past;
}

/** What `millwright audit` prints in every format. */
export interface Audit {
  readonly schema: "millwright/audit/1";
  readonly at: Instant;
  readonly tree: string;
  /** Worst first. */
  readonly findings: readonly Finding[];
  readonly unknown: readonly OpenQuestion[];
  readonly suppressed: readonly Suppressed[];
  readonly files: { readonly read: number; readonly skipped: readonly Skipped[] };
  /** What could not be understood in files that were read. */
  readonly problems: readonly Problem[];
  readonly rules: number;
  readonly pins: number;
  readonly components: number;
  /** When a change was audited: what it moves and what it mends. `findings` are then those it brings. */
  readonly change?: { readonly base: string; readonly moves: readonly Move[]; readonly resolved: readonly Finding[] };
}

/** What a repository alone tells; a change adds to it. */
export type RepositoryFacts = Omit<RuleFacts, "change"> & { readonly change?: Change };

/** All that rules may ask of a repository. */
export interface Evidence {
  readonly repository: Repository;
  readonly facts: RepositoryFacts;
}

/** Reads a repository for the rules: like an inventory, but the texts stay at hand. */
export async function gather(input: AuditInput): Promise<Evidence> {
  const files: ParsedFile[] = [];
  const credentials: Credential[] = [];
  const { config, systems, now } = input;
  const repository = await readRepository(input.tree, {
    config,
    systems,
    readers,
    onFile(file) {
      files.push(file);
      credentials.push(
        ...credentialsIn(file).map((found) => ({ ...found, environment: environmentOf(file.path, config) })),
      );
    },
  });
  const manifests = files.flatMap((file) => manifestsIn(file, config));
  const applications = applicationsIn(manifests);
  const facts: RepositoryFacts = {
    pins: repository.pins,
    components: repository.components,
    manifests,
    applications,
    configurations: configurationsOf({ files, applications, systems, config }),
    scripts: files.flatMap((file) => scriptIn(file, config) ?? []),
    files,
    credentials: [...credentials, ...onlyInThePast(input.past?.credentials ?? [], credentials)],
    platform: config,
    served: input.served ?? [],
    now,
  };
  return { repository, facts };
}

/** Runs the rules on a repository. A rule that breaks is a problem of its own and does not take the others with it. */
export async function audit(input: AuditInput): Promise<Audit> {
  return judge(await gather(input), input);
}

/** A rule about changes has nothing to say where there is none. */
function verdictsOf(rule: Rule, facts: RepositoryFacts): readonly Verdict[] {
  const { change, ...repository } = facts;
  if (change !== undefined) return [...rule.check({ ...repository, change })];
  return rule.needs.includes("change")
    ? []
    : [...rule.check({ ...repository, change: { base: "", moves: [], commits: [] } })];
}

function notes({ past, tree }: AuditInput): readonly Problem[] {
  return (past?.cut ?? []).map((reason) => ({ file: tree.label, line: 1, column: 1, reason }));
}

/** Which files only show or test something. Where all pins stand in such files, they are what the repository is about. */
function examplesIn({ pins }: Repository): (file: string) => boolean {
  const isAllExample = pins.every(({ file }) => isExamplePath(file));
  return (file) => !isAllExample && isExamplePath(file);
}

/** Runs the rules on evidence already gathered. */
export function judge({ repository, facts }: Evidence, input: AuditInput): Audit {
  const problems: Problem[] = [...repository.problems, ...notes(input)];
  const found: Finding[] = [];
  const unknown: OpenQuestion[] = [];
  const isExample = examplesIn(repository);
  for (const rule of input.rules) {
    try {
      const verdicts = verdictsOf(rule, facts);
      found.push(...findingsOf(rule, verdicts, isExample));
      unknown.push(...questionsOf(rule, verdicts));
    } catch (error) {
      const reason = `rule ${rule.id} failed: ${messageOf(error)}. Please report it; the other rules ran`;
      problems.push({ file: input.tree.label, line: 1, column: 1, reason, rule: rule.id });
    }
  }
  const { open, suppressed } = suppress(found, input.config.suppress, input.now);
  return {
    schema: "millwright/audit/1",
    at: input.now,
    tree: input.tree.label,
    findings: [...open].sort(byUrgency),
    unknown,
    suppressed,
    files: { read: repository.read, skipped: repository.skipped },
    problems,
    rules: input.rules.length,
    pins: repository.pins.length,
    components: repository.components.length,
  };
}
