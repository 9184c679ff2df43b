import { Command, Option } from "commander";
import { type Audit, type AuditInput, audit } from "../../findings/audit.ts";
import { auditChange } from "../../findings/audit-change.ts";
import { commitsBetween } from "../../findings/commits.ts";
import { rankOf } from "../../findings/finding.ts";
import { InputError } from "../../kernel/errors.ts";
import { auditAsGithub } from "../../reports/audit/github.ts";
import { auditAsGitlab } from "../../reports/audit/gitlab.ts";
import { auditAsHtml } from "../../reports/audit/html.ts";
import { auditAsJunit } from "../../reports/audit/junit.ts";
import { auditAsMarkdown } from "../../reports/audit/markdown.ts";
import { auditAsSarif } from "../../reports/audit/sarif.ts";
import { auditAsText } from "../../reports/audit/terminal.ts";
import type { Severity } from "../../systems/contract.ts";
import { keepComment } from "../comment.ts";
import { asJson, asYaml, outputOption, render } from "../output.ts";
import { configIn, configOf, folderOf } from "../platform.ts";
import type { ExitCode, Shell } from "../shell.ts";
import { version } from "../version.ts";

interface Options {
  readonly output: string;
  readonly failOn: Severity | "never";
  readonly since?: string;
  readonly comment?: "gitlab" | "github";
}

/** `millwright audit [DIR] [NEWER]` */
export function auditCommand(shell: Shell, exit: (code: ExitCode) => void): Command {
  return new Command("audit")
    .description("Say what is not pinned, what is stale, what will break, and what to do first")
    .argument("[dir]", "folder to audit", ".")
    .argument("[newer]", "a second folder: audit the change from the first to it")
    .addOption(outputOption(["table", "json", "yaml", "markdown", "html", "sarif", "junit", "gitlab", "github"]))
    .addOption(
      new Option("--fail-on <severity>", "exit 2 when something at or above this was found")
        .choices(["critical", "high", "medium", "low", "never"])
        .default("high"),
    )
    .option("--since <revision>", "audit the change since this Git revision, judged with its suppressions")
    .addOption(
      new Option(
        "--comment <forge>",
        "also keep one comment with the result on the merge request (in its CI job; token in MILLWRIGHT_FORGE_TOKEN)",
      ).choices(["gitlab", "github"]),
    )
    .action(async (folder: string, newer: string | undefined, options: Options) => {
      const result = await resultOf(folder, newer, options, shell);
      shell.out(rendered(result, options.output, shell));
      if (options.comment !== undefined) await keepComment(options.comment, auditAsMarkdown(result), shell);
      exit(exitCode(result, options.failOn));
    });
}

async function resultOf(folder: string, newer: string | undefined, options: Options, shell: Shell): Promise<Audit> {
  if (newer !== undefined && options.since !== undefined) {
    throw new InputError("--since and a second folder are two ways to name the older state: give one of them.");
  }
  const input = async (dir: string): Promise<AuditInput> => ({
    tree: shell.openFolder(folderOf(shell, dir)),
    config: await configOf(shell, dir),
    systems: shell.systems,
    rules: shell.rules,
    now: shell.clock.now(),
  });
  if (newer !== undefined)
    return auditChange({ base: await input(folder), head: await input(newer), judgeMove: await shell.judgeMove() });
  const head = await input(folder);
  return options.since === undefined ? audit(head) : auditSince(options.since, folderOf(shell, folder), head, shell);
}

async function auditSince(revision: string, folder: string, head: AuditInput, shell: Shell): Promise<Audit> {
  const tree = await shell.openRevision(folder, revision);
  const base: AuditInput = { ...head, tree, config: await configIn(tree) };
  const open = (commit: string): ReturnType<Shell["openRevision"]> => shell.openRevision(folder, commit);
  const { config, systems } = head;
  const judgeMove = await shell.judgeMove();
  const commits = await commitsBetween(revision, "HEAD", {
    git: shell.git(folder),
    open,
    config,
    systems,
    judgeMove,
  });
  const input = { base, head, judgeMove };
  return auditChange(commits === undefined || commits.length === 0 ? input : { ...input, commits });
}

function rendered(result: Audit, format: string, shell: Shell): string {
  return render(format, {
    table: () => auditAsText(result, shell.terminal),
    json: () => asJson(result),
    yaml: () => asYaml(result),
    markdown: () => auditAsMarkdown(result),
    html: () => auditAsHtml(result),
    sarif: () => asJson(auditAsSarif(result, shell.rules, version)),
    junit: () => auditAsJunit(result, shell.rules),
    gitlab: () => asJson(auditAsGitlab(result)),
    github: () => auditAsGithub(result),
  });
}

/** 2 when a finding is at least as bad as the threshold. */
export function exitCode(result: Audit, failOn: Severity | "never"): ExitCode {
  if (failOn === "never") return 0;
  return result.findings.some((finding) => rankOf(finding.severity) <= rankOf(failOn)) ? 2 : 0;
}
