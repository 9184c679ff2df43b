import { Command, Option } from "commander";
import { type Attested, attestable, notShown } from "../../backups/drill/continuity.ts";
import { type DrillOptions, drill } from "../../backups/drill/drill.ts";
import { readReport, type SignedReport, signReport, verifyReport } from "../../backups/drill/report.ts";
import { type CataloguedRecord, readRecord, recordsIn, writeRecord } from "../../backups/repository/records.ts";
import { InputError, messageOf, SystemError } from "../../kernel/errors.ts";
import type { Instant } from "../../kernel/instant.ts";
import { drillAsHtml } from "../../reports/backup/drill-html.ts";
import { lasted, moment } from "../../reports/backup/words.ts";
import { indented, shown, styled, table } from "../../reports/table.ts";
import {
  type BackupPlace,
  declaredBackups,
  identityAt,
  interruptible,
  type PlaceOptions,
  placeOf,
  withPlace,
} from "../backup-places.ts";
import { followTo, progressTo } from "../backup-progress.ts";
import { scratchOf, type Work, whoWorks } from "../backup-work.ts";
import { asJson, asYaml, outputOption, render } from "../output.ts";
import { folderOf } from "../platform.ts";
import type { BackupShell, ExitCode, Shell } from "../shell.ts";
import { version } from "../version.ts";

interface Options extends PlaceOptions {
  readonly output: string;
  readonly component?: string;
  readonly one?: boolean;
  readonly attest?: readonly string[];
  readonly outputFile?: string;
  readonly list?: boolean;
  readonly show?: string;
  readonly verify?: string;
  readonly publicKey?: string;
  readonly scratch?: string;
  readonly quiet?: boolean;
  readonly mark?: string;
}

/** `millwright backup drill` */
export function drillCommand(shell: Shell, exit: (code: ExitCode) => void): Command {
  return withPlace(new Command("drill"))
    .description(
      "Restore everything into what is thrown away, in the order of a rebuild; measure it and sign the report",
    )
    .option("--component <name>", "only its stores")
    .option("--one", "only the store whose last drill is longest ago: for every month")
    .option("--attest <step=who:words...>", `what people did of a rebuild: ${attestable.join(", ")}`)
    .option("--output-file <file>", "write the report there; .html for the page, otherwise the signed JSON")
    .option("--list", "the drills of this environment")
    .option("--show <id>", "the report of a drill")
    .option("--verify <file>", "hold a report's signature against the key")
    .option("--public-key <file>", "what it must be signed by, in PEM, rather than the configured key")
    .option("--scratch <dir>", "where restored data may lie meanwhile")
    .option("--quiet", "say nothing of the progress")
    .addOption(new Option("--mark <run/step>", "by which a server finds it again").hideHelp())
    .addOption(outputOption(["table", "json", "yaml", "html", "jsonl"]))
    .addHelpText("after", "\nExit codes: 0 passed, 2 failed or incomplete, 1 an error.")
    .action(async (options: Options) => {
      const binding = await shell.backups();
      if (options.verify !== undefined) return shell.out(await verified(options.verify, shell, binding, options));
      const place = await placeOf(shell, binding, options);
      if (options.list === true) return shell.out(await listed(place, options, shell));
      const signed =
        options.show === undefined ? await held(place, options, shell, binding) : await kept(options.show, place);
      await print(signed, options, shell);
      exit(signed.report.verdict === "passed" ? 0 : 2);
    });
}

async function held(place: BackupPlace, options: Options, shell: Shell, binding: BackupShell): Promise<SignedReport> {
  const { signingKey } = await declaredBackups(shell, options.config);
  const key = signingKey === undefined ? undefined : await binding.secret(signingKey);
  return interruptible(binding, async (signal) => {
    const work: Work = { shell, binding, place, options, signal };
    const known = options.mark === undefined ? undefined : await drillOf(idOf(options, shell), place);
    // What could not be told is tried again.
    const isKnown = known !== undefined && known.report.verdict !== "incomplete";
    const signed = isKnown ? known : signReport(await drill(await drillOptions(work, options), binding.ports), key);
    const { id, endedAt, verdict } = signed.report;
    const record = { kind: "drill" as const, id, at: endedAt as Instant, verdict };
    if (!isKnown) await writeRecord(place.repository, record, place, signed, signal);
    if (place.isSecond) await keepInFirst(record, signed, work, options);
    return signed;
  });
}

/** So long a repository that does not answer is waited for. */
const firstMillis = 120_000;

/**
 * The server reads reports in the first repository, where there is still one. The drill counts without it. One that was killed before
 * it wrote there is written when it is done again.
 */
async function keepInFirst(
  record: Omit<CataloguedRecord, "snapshot">,
  signed: SignedReport,
  { shell, binding, place, signal }: Work,
  options: PlaceOptions,
): Promise<void> {
  try {
    const { repository } = await placeOf(shell, binding, { ...options, second: false });
    const until = AbortSignal.any([signal, AbortSignal.timeout(firstMillis)]);
    const there = recordsIn(await repository.snapshots(until), "drill");
    if (there.some(({ id, at }) => id === record.id && at === record.at)) return;
    await writeRecord(repository, record, place, signed, until);
  } catch (thrown) {
    if (signal.aborted || !(thrown instanceof InputError || thrown instanceof SystemError)) throw thrown;
    shell.err(`The report lies in the second repository alone: ${messageOf(thrown)}\n`);
  }
}

async function drillOptions(work: Work, options: Options): Promise<DrillOptions> {
  const { shell, binding, place, signal } = work;
  const { objectives, rpoHours, rtoMinutes, disposable } = place.declared;
  return {
    id: idOf(options, shell),
    scope: scopeOf(options),
    from: place.isSecond ? "second" : "first",
    millwright: version,
    disposable: disposable.map(({ component, store, why }) => ({ store: `${component}/${store}`, why })),
    objectivesOf(store) {
      const own = objectives.find((one) => one.store === store);
      return { rpoHours: own?.rpoHours ?? rpoHours, rtoMinutes: own?.rtoMinutes ?? rtoMinutes };
    },
    attested: (options.attest ?? []).map(attestedIn),
    repository: place.repository,
    identity: await identityAt(place),
    provenBy: whoWorks(shell, options.mark),
    scratch: scratchOf(work),
    path: binding.path,
    secret: place.secret,
    cluster: place.cluster,
    systems: shell.systems,
    clock: shell.clock,
    progress: progressTo(work, undefined, "drill"),
    follow: followTo(work, "drill"),
    signal,
  };
}

function idOf({ mark }: Options, shell: Shell): string {
  if (mark !== undefined) return `drill-${mark.replace("/", "-")}`;
  return `drill-${shell.clock.now().replace(/[-:]|\.\d+/g, "")}-${shell.uniqueId().slice(0, 8)}`;
}

function scopeOf({ component, one }: Options): DrillOptions["scope"] {
  if (component !== undefined && one === true) throw new InputError("Give --component or --one, not both.");
  if (component !== undefined) return { kind: "component", component };
  return one === true ? { kind: "one" } : { kind: "everything" };
}

function attestedIn(written: string): Attested {
  const [, step = "", by = "", words = ""] = /^([a-z-]+)=([^:]+):(.+)$/s.exec(written) ?? [];
  if (!attestable.includes(step) || words.trim() === "")
    throw new InputError(`--attest ${written} is none: write STEP=WHO:WORDS, with one of ${attestable.join(", ")}.`);
  return { step, by: by.trim(), words: words.trim() };
}

/** By its id or the beginning of it. */
async function kept(begun: string, place: BackupPlace): Promise<SignedReport> {
  const records = recordsIn(await place.repository.snapshots(), "drill");
  const record = records.find(({ id }) => id === begun) ?? records.find(({ id }) => id.startsWith(begun));
  if (record === undefined) throw new InputError(`There is no drill ${begun} in this repository; --list shows them.`);
  return readReport(await readRecord(place.repository, record));
}

async function drillOf(id: string, { repository }: BackupPlace): Promise<SignedReport | undefined> {
  const record = recordsIn(await repository.snapshots(), "drill").find((one) => one.id === id);
  return record === undefined ? undefined : readReport(await readRecord(repository, record));
}

async function verified(file: string, shell: Shell, binding: BackupShell, options: Options): Promise<string> {
  const text = await shell.readText(folderOf(shell, file));
  if (text === undefined) throw new InputError(`There is no ${file}.`);
  const report = verifyReport(text, [await keyFor(shell, binding, options)]);
  return `The signature is right: ${report.id}, ${report.environment} of ${report.installation}, ${report.verdict}.\n`;
}

async function keyFor(shell: Shell, binding: BackupShell, { publicKey, config }: Options): Promise<string> {
  if (publicKey !== undefined) {
    const pem = await shell.readText(folderOf(shell, publicKey));
    if (pem === undefined) throw new InputError(`There is no ${publicKey}.`);
    return pem;
  }
  const { signingKey } = await declaredBackups(shell, config);
  if (signingKey === undefined) throw new InputError("No key signs reports here; name the public one by --public-key.");
  return binding.secret(signingKey);
}

async function listed({ repository }: BackupPlace, { output }: Options, shell: Shell): Promise<string> {
  const records = recordsIn(await repository.snapshots(), "drill");
  const drills = records.map(({ id, at, verdict }) => ({ id, at, verdict }));
  return render(output, {
    table: () =>
      drills.length === 0
        ? "There was no drill yet."
        : table(
            shell.terminal,
            ["drill", "ended", "verdict"],
            drills.map(({ id, at, verdict }) => [id, moment(at), verdict ?? ""]),
          ),
    json: () => asJson({ drills }),
    yaml: () => asYaml({ drills }),
  });
}

async function print(signed: SignedReport, { output, outputFile }: Options, shell: Shell): Promise<void> {
  if (outputFile !== undefined) {
    const text = outputFile.endsWith(".html") ? drillAsHtml(signed) : `${asJson(signed)}\n`;
    await shell.writeText(folderOf(shell, outputFile), text);
  }
  shell.out(
    render(output, {
      table: () => drillText(signed, shell),
      json: () => asJson(signed),
      yaml: () => asYaml(signed),
      html: () => drillAsHtml(signed),
      jsonl: () => `${JSON.stringify({ kind: "drill", ...signed })}\n`,
    }),
  );
}

function drillText({ report, signature }: SignedReport, { terminal }: Shell): string {
  const lacking = notShown(report.continuity);
  const rows = report.stores.map((one) => [
    String(one.order),
    one.store,
    one.verdict,
    `${lasted(one.restoreSeconds * 1000)} of ${one.objectiveMinutes} min`,
    `${lasted(one.ageSeconds * 1000)} of ${one.objectiveHours} h`,
  ]);
  const lines = (words: readonly string[], mark: string): readonly string[] =>
    words.map((one) => indented(terminal, shown(one), "    ", mark));
  return [
    styled(terminal, "bold", `${report.id}: ${report.verdict}`),
    table(terminal, ["", "store", "proof", "restored in", "age"], rows),
    ...lines(report.why, "  ! "),
    ...(lacking === undefined ? [] : lines([`not shown of a rebuild: ${lacking}`], "  ~ ")),
    ...report.checks.map(({ what, state, asked }) => `  ${state}: ${shown(what)} (${asked})`),
    ...report.continuity.flatMap(({ title, how, words }) => lines([`${title}: ${words}`], `  ${how}: `)),
    signature === undefined
      ? "Not signed: no backups.signingKey is configured."
      : `Signed by the key ${signature.key}.`,
  ].join("\n");
}
