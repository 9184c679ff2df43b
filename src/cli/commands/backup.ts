import { Command, Option } from "commander";
import { proveBackups } from "../../backups/others/prove.ts";
import type { PointProof } from "../../backups/point/prove-point.ts";
import type { ProofReport } from "../../backups/proof/proof.ts";
import type { OwnProof } from "../../backups/repository/own-proof.ts";
import { counted } from "../../kernel/count.ts";
import { InputError } from "../../kernel/errors.ts";
import { type Instant, instantOf, parseInstant } from "../../kernel/instant.ts";
import { neverShown, parseSecretRef } from "../../platform/secret-ref.ts";
import { proofsAsHtml } from "../../reports/backup/html.ts";
import { proofsAsMarkdown } from "../../reports/backup/markdown.ts";
import { proofsAsText } from "../../reports/backup/terminal.ts";
import { countsText, lasted } from "../../reports/backup/words.ts";
import { interruptible, type PlaceOptions, placeOf, withPlace } from "../backup-places.ts";
import { followTo, progressTo } from "../backup-progress.ts";
import { proveHere, provePointHere } from "../backup-work.ts";
import { asJson, asYaml, outputOption, render } from "../output.ts";
import { folderOf } from "../platform.ts";
import type { BackupShell, ExitCode, Shell } from "../shell.ts";
import { checkCommand } from "./backup-check.ts";
import { cleanCommand } from "./backup-clean.ts";
import { drillCommand } from "./backup-drill.ts";
import { foreignCommand, sizeCommand } from "./backup-foreign.ts";
import { giveBackCommand } from "./backup-give-back.ts";
import { initCommand } from "./backup-init.ts";
import { listCommand, showCommand } from "./backup-list.ts";
import { pruneCommand } from "./backup-prune.ts";
import { removalsCommand } from "./backup-removals.ts";
import { restoreCommand } from "./backup-restore.ts";
import { forecastCommand } from "./backup-retention.ts";
import { checkLines, runCommand, whyOf } from "./backup-run.ts";
import { secondCommand } from "./backup-second.ts";

interface Options extends PlaceOptions {
  readonly output: string;
  readonly outputFile?: string;
  readonly snapshot: string;
  readonly passwordRef?: string;
  readonly endpoint?: string;
  readonly scratch?: string;
  readonly maxAge?: string;
  readonly since?: string;
  readonly failOn: "lacks" | "not-proven" | "never";
  readonly quiet?: boolean;
}

/** `millwright backup` */
export function backupCommand(shell: Shell, exit: (code: ExitCode) => void): Command {
  return new Command("backup")
    .description("Backups and their proof")
    .addCommand(initCommand(shell))
    .addCommand(runCommand(shell, exit))
    .addCommand(giveBackCommand(shell, exit))
    .addCommand(listCommand(shell))
    .addCommand(showCommand(shell))
    .addCommand(proveCommand(shell, exit))
    .addCommand(restoreCommand(shell, exit))
    .addCommand(secondCommand(shell, exit))
    .addCommand(drillCommand(shell, exit))
    .addCommand(foreignCommand(shell))
    .addCommand(sizeCommand(shell))
    .addCommand(checkCommand(shell, exit))
    .addCommand(cleanCommand(shell))
    .addCommand(pruneCommand(shell))
    .addCommand(removalsCommand(shell))
    .addCommand(forecastCommand(shell));
}

function proveCommand(shell: Shell, exit: (code: ExitCode) => void): Command {
  return withPlace(new Command("prove"))
    .description("Restore a backup into a throw-away PostgreSQL, and say what is in it; asks no server")
    .argument(
      "<source>",
      "a dump, a folder of dumps, a tar of GitLab's backup, a restic repository, bucket:NAME/PREFIX of an object store; or one of our own by its name, which is compared with its manifest",
    )
    .option("--snapshot <id>", "which snapshot of a restic repository", "latest")
    .option("--password-ref <ref>", "where the restic repository's password is: file:/path or env:NAME")
    .option("--endpoint <url>", "of a bucket: https://s3.example.org; its keys from AWS_ACCESS_KEY_ID and the like")
    .option("--scratch <dir>", "where the restored data may lie meanwhile (default: the system's folder for such)")
    .option("--max-age <age>", "the newest row must not be older: 26h, 7d")
    .option("--since <moment>", "the newest row must not be older than this moment")
    .addOption(outputOption(["table", "json", "yaml", "jsonl", "markdown", "html"]))
    .option("--output-file <file>", "write the result there instead of printing it")
    .option("--quiet", "say nothing of the progress")
    .addOption(
      new Option("--fail-on <what>", "exit 2 when a backup lacks something, only when it is not proven, or never")
        .choices(["lacks", "not-proven", "never"])
        .default("lacks"),
    )
    .addHelpText("after", "\nExit codes: 0 proven, 2 not proven or with lacks (--fail-on), 1 nothing could be proven.")
    .action(async (source: string, options: Options) => {
      if (isOwn(source, options)) return exit(await proveOwnNamed(source, options, shell));
      const report = await reportOf(source, options, shell, await shell.backups());
      const text = rendered(report, options.output, shell);
      if (options.outputFile === undefined) shell.out(text);
      else await shell.writeText(folderOf(shell, options.outputFile), text);
      exit(codeOf(report, options.failOn));
    });
}

/** Names of our own backups: `mlflow-database-20261120T090001Z-3fa9c1de`; a file of that name is written `./…`. */
const ownName = /^[a-z0-9-]+-\d{8}T\d{6}Z-[0-9a-f]+$/;

function isOwn(source: string, { environment }: Options): boolean {
  return environment !== undefined || ownName.test(source);
}

async function proveOwnNamed(id: string, options: Options, shell: Shell): Promise<ExitCode> {
  const binding = await shell.backups();
  const place = await placeOf(shell, binding, options);
  const { proof, lines } = await interruptible(binding, async (signal) => {
    const work = { shell, binding, place, options, signal };
    if (!id.startsWith("point-")) return ofBackup(await proveHere(id, work), shell);
    return ofPoint(await provePointHere(id, work), shell);
  });
  const text = render(options.output, {
    table: () => lines.join("\n"),
    json: () => asJson(proof),
    yaml: () => asYaml(proof),
    jsonl: () => `${JSON.stringify({ kind: "proof", ...proof })}\n`,
  });
  if (options.outputFile === undefined) shell.out(text);
  else await shell.writeText(folderOf(shell, options.outputFile), text);
  return proof.verdict.kind === "proven" || options.failOn === "never" ? 0 : 2;
}

interface Told {
  readonly proof: OwnProof | PointProof;
  readonly lines: readonly string[];
}

function ofBackup(proof: OwnProof, shell: Shell): Told {
  const { verdict, backup, counts, millis, doesNotCover, notes } = proof;
  const head = `${verdict.kind.toUpperCase()}  ${backup}: ${[countsText(counts), `in ${lasted(millis)}`].filter((words) => words !== "").join(", ")}`;
  const lacking = doesNotCover.map((what) => `  not in it: ${what}`);
  return { proof, lines: [head, ...whyOf(proof, shell), ...lacking, ...notes.map((note) => `  ${note}`)] };
}

function ofPoint(proof: PointProof, shell: Shell): Told {
  const { verdict, point, backups, millis, doesNotCover } = proof;
  const head = `${verdict.kind.toUpperCase()}  ${point}: ${counted(backups.length, "backup")}, in ${lasted(millis)}`;
  const each = backups.map((one) => `  ${one.verdict}: ${one.id}`);
  const lacking = doesNotCover.map((what) => `  not in it: ${what}`);
  return { proof, lines: [head, ...whyOf(proof, shell), ...each, ...checkLines(proof), ...lacking] };
}

async function reportOf(source: string, options: Options, shell: Shell, backups: BackupShell): Promise<ProofReport> {
  const newerThan = oldest(options, shell.clock.now());
  const password = await passwordOf(options.passwordRef, backups);
  const { signal, release } = backups.interrupted();
  try {
    const restic = { password, snapshot: options.snapshot, environment: backups.environment };
    return await proveBackups(
      {
        source: /^[a-z0-9]+:/.test(source) ? source : folderOf(shell, source),
        label: withoutLogin(source),
        restic,
        bucket: { endpoint: options.endpoint, environment: backups.environment },
        scratch: options.scratch === undefined ? backups.scratch : folderOf(shell, options.scratch),
        path: backups.path,
        newerThan,
        systems: shell.systems,
        clock: shell.clock,
        progress: progressTo({ shell, options }, undefined, "proof"),
        follow: followTo({ shell, options }, "proof"),
        signal,
      },
      backups.ports,
    );
  } finally {
    release();
  }
}

async function passwordOf(written: string | undefined, { secret }: BackupShell): Promise<string | undefined> {
  if (written === undefined) return undefined;
  const ref = parseSecretRef(written);
  if (ref === undefined)
    throw new InputError(`--password-ref says where the password is, ${neverShown}: file:/path or env:NAME.`);
  return secret(ref);
}

/** Addresses of restic's REST server may hold a login. */
function withoutLogin(source: string): string {
  return source.replace(/^((?:rest:)?[a-z]+:\/\/)[^/@]*@/, "$1");
}

const hours: Readonly<Record<string, number>> = { h: 1, d: 24, w: 168 };

function oldest({ maxAge, since }: Options, now: Instant): Instant | undefined {
  if (maxAge !== undefined && since !== undefined) throw new InputError("Give --max-age or --since, not both.");
  if (since !== undefined) {
    const moment = parseInstant(since);
    if (moment === undefined) throw new InputError(`--since ${since} is no moment; write it like 2026-11-20T03:00Z.`);
    return moment;
  }
  if (maxAge === undefined) return undefined;
  const [, count, unit = ""] = /^(\d{1,6})([hdw])$/.exec(maxAge) ?? [];
  if (count === undefined) throw new InputError(`--max-age ${maxAge} is no age; write it like 26h or 7d.`);
  return instantOf(Date.parse(now) - Number(count) * (hours[unit] ?? 1) * 3_600_000);
}

function rendered(report: ProofReport, format: string, shell: Shell): string {
  return render(format, {
    table: () => proofsAsText(report, shell.terminal),
    json: () => asJson(report),
    yaml: () => asYaml(report),
    jsonl: () => `${JSON.stringify(report)}\n`,
    markdown: () => proofsAsMarkdown(report),
    html: () => proofsAsHtml(report),
  });
}

function codeOf({ proofs }: ProofReport, failOn: Options["failOn"]): ExitCode {
  if (failOn === "never") return 0;
  const isFine = ({ verdict }: ProofReport["proofs"][number]): boolean =>
    verdict.kind === "proven" || (failOn === "not-proven" && verdict.kind === "proven-with-lacks");
  return proofs.length > 0 && proofs.every(isFine) ? 0 : 2;
}
