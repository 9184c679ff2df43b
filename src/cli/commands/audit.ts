import { Command, Option } from "commander";
import type { Audit } from "../../findings/audit.ts";
import { rankOf } from "../../findings/finding.ts";
import { counted } from "../../kernel/count.ts";
import { auditAsGithub } from "../../reports/audit/github.ts";
import { auditAsGitlab } from "../../reports/audit/gitlab.ts";
import { auditAsHtml } from "../../reports/audit/html.ts";
import { auditAsJunit } from "../../reports/audit/junit.ts";
import { auditAsMarkdown } from "../../reports/audit/markdown.ts";
import { auditAsSarif } from "../../reports/audit/sarif.ts";
import { auditAsText } from "../../reports/audit/terminal.ts";
import type { Severity } from "../../systems/contract.ts";
import { type AuditOptions, auditOf } from "../audit-of.ts";
import { keepComment } from "../comment.ts";
import { asJson, asYaml, outputOption, render } from "../output.ts";
import type { ExitCode, Shell } from "../shell.ts";
import { version } from "../version.ts";

interface Options extends AuditOptions {
  readonly output: string;
  readonly failOn: Severity | "never";
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
    .option(
      "--since <revision>",
      "audit the change since this Git revision (since the branches parted), judged with its suppressions",
    )
    .option("--history", "look for secrets in what older commits wrote as well; with --since only in its commits")
    .addOption(
      new Option(
        "--comment <forge>",
        "also keep one comment with the result on the merge request (in its CI job; token in MILLWRIGHT_FORGE_TOKEN)",
      ).choices(["gitlab", "github"]),
    )
    .action(async (folder: string, newer: string | undefined, options: Options) => {
      const audited = await auditOf(folder, newer, options, shell);
      const empty = nothingRecognised(audited);
      if (empty !== undefined) shell.err(`millwright: ${empty}\n`);
      const result = empty === undefined ? audited : withProblem(audited, empty);
      // A terminal shows the warning already, above what it says of.
      shell.out(rendered(options.output === "table" ? audited : result, options.output, shell));
      if (options.comment !== undefined) await keepComment(options.comment, auditAsMarkdown(result), shell);
      exit(exitCode(result, options.failOn));
    });
}

/** "Nothing found" means little where there was nothing to look at. */
function nothingRecognised({ tree, files, pins, findings, change }: Audit): string | undefined {
  if (pins > 0 || findings.length > 0 || change !== undefined) return undefined;
  return `0 pins in ${counted(files.read, "file")} of ${tree}: nothing here says what is deployed. Is this the right folder?`;
}

function withProblem(result: Audit, reason: string): Audit {
  return { ...result, problems: [{ file: result.tree, line: 1, column: 1, reason }, ...result.problems] };
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
