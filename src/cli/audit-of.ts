import { type Audit, type AuditInput, audit } from "../findings/audit.ts";
import { auditChange } from "../findings/audit-change.ts";
import { commitsBetween } from "../findings/commits.ts";
import { type Past, pastCredentials } from "../findings/history.ts";
import { InputError, messageOf, SystemError } from "../kernel/errors.ts";
import type { Tree } from "../kernel/ports.ts";
import { configIn, configOf, folderOf, treeOf } from "./platform.ts";
import type { Shell } from "./shell.ts";

/** Which state, or which change, is audited. */
export interface AuditOptions {
  readonly since?: string;
  readonly history?: boolean;
}

/** Audits a folder, the change from it to a newer folder, or the change since a revision. */
export async function auditOf(
  folder: string,
  newer: string | undefined,
  options: AuditOptions,
  shell: Shell,
): Promise<Audit> {
  if (newer !== undefined && options.since !== undefined)
    throw new InputError("--since and a second folder are two ways to name the older state: give one of them.");
  if (newer !== undefined && options.history === true)
    throw new InputError("--history reads commits, and two folders have none between them: use --since.");
  if (newer !== undefined) {
    const [base, head] = [await inputOf(folder, shell), await inputOf(newer, shell)];
    return auditChange({ base, head, judgeMove: await shell.judgeMove() });
  }
  const head = await inputOf(folder, shell);
  const where = folderOf(shell, folder);
  if (options.since !== undefined) return auditSince(options.since, where, head, options, shell);
  return options.history === true ? audit({ ...head, past: await pastOf(where, head, undefined, shell) }) : audit(head);
}

async function inputOf(folder: string, shell: Shell): Promise<AuditInput> {
  return {
    tree: treeOf(shell, folder),
    config: await configOf(shell, folder),
    systems: shell.systems,
    rules: shell.rules,
    now: shell.clock.now(),
  };
}

/** From where the branches parted: what the base moved since is not this change's doing. */
async function auditSince(
  revision: string,
  folder: string,
  input: AuditInput,
  options: AuditOptions,
  shell: Shell,
): Promise<Audit> {
  const named = await shell.openRevision(folder, revision);
  const parted = await partedAt(revision, folder, shell);
  const tree = parted === undefined ? named : { ...(await shell.openRevision(folder, parted)), label: revision };
  const { base, note } = await baseOf(tree, input);
  const past = options.history === true ? await pastOf(folder, input, parted ?? revision, shell) : nothingPast;
  const head: AuditInput = { ...input, past: { ...past, cut: [...past.cut, ...note] } };
  const judgeMove = await shell.judgeMove();
  const commits = await commitsBetween(parted ?? revision, "HEAD", {
    git: shell.git(folder),
    open: (commit) => shell.openRevision(folder, commit),
    config: input.config,
    systems: input.systems,
    judgeMove,
  });
  const change = { base, head, judgeMove };
  return auditChange(commits === undefined || commits.length === 0 ? change : { ...change, commits });
}

/** The newest commit that both the revision and the work here come from; undefined where histories share none. */
async function partedAt(revision: string, folder: string, shell: Shell): Promise<string | undefined> {
  try {
    const found = await shell.git(folder).run(["merge-base", "--end-of-options", revision, "HEAD"]);
    return found.trim() === "" ? undefined : found.trim();
  } catch (thrown) {
    if (thrown instanceof SystemError) return undefined;
    throw thrown;
  }
}

const nothingPast: Past = { credentials: [], cut: [] };

/** The older state. A `millwright.yaml` of then that is not valid must not keep the change that mends it from passing. */
async function baseOf(
  tree: Tree,
  head: AuditInput,
): Promise<{ readonly base: AuditInput; readonly note: readonly string[] }> {
  try {
    return { base: { ...head, tree, config: await configIn(tree) }, note: [] };
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    const config = { ...head.config, suppress: [] };
    return { base: { ...head, tree, config }, note: [`judged without suppressions: ${messageOf(thrown)}`] };
  }
}

async function pastOf(folder: string, input: AuditInput, since: string | undefined, shell: Shell): Promise<Past> {
  const tree = await shell.openRevision(folder, "HEAD");
  const wanted = { git: shell.git(folder), tree, config: input.config };
  return pastCredentials(since === undefined ? wanted : { ...wanted, since });
}
