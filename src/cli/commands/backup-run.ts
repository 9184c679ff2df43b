import { Command, Option } from "commander";
import { bodyOf, kindOf } from "../../backups/kinds/index.ts";
import type { PointProof } from "../../backups/point/prove-point.ts";
import { sizeOf } from "../../backups/repository/manifest.ts";
import { type OwnProof, reasonsOf } from "../../backups/repository/own-proof.ts";
import { InputError } from "../../kernel/errors.ts";
import type { Instant } from "../../kernel/instant.ts";
import { type BackupClass, backupClasses } from "../../platform/backup-schedule.ts";
import { lasted, moment, sized } from "../../reports/backup/words.ts";
import { indented, shown, styled, table } from "../../reports/table.ts";
import { type BackupPlace, interruptible, type PlaceOptions, placeOf, withPlace } from "../backup-places.ts";
import { copyAfterRun } from "../backup-second.ts";
import { BackupRun, type ToldRun } from "../backup-work.ts";
import { asJson, asYaml, outputOption, render } from "../output.ts";
import type { ExitCode, Shell } from "../shell.ts";
import { receiptLines, receiptsOf } from "./backup-run-receipts.ts";

interface RunOptions extends PlaceOptions {
  readonly output: string;
  readonly store?: readonly string[];
  readonly prove: boolean;
  readonly scratch?: string;
  readonly quiet?: boolean;
  readonly class: BackupClass;
  readonly mark?: string;
}

/** `millwright backup run` */
export function runCommand(shell: Shell, exit: (code: ExitCode) => void): Command {
  return withPlace(new Command("run"))
    .description("Back up the declared stores of an environment as one recovery point; needs no server")
    .option("--store <component/store...>", "only these; all, as one recovery point, when left out")
    .option("--prove", "restore each into what is thrown away at once and compare, which a receipt needs", true)
    .option("--no-prove", "leave that for later")
    .option("--scratch <dir>", "where restored data may lie meanwhile (default: the system's folder for such)")
    .option("--quiet", "say nothing of the progress")
    .addOption(
      new Option("--class <class>", "what it is taken for: how long it is kept")
        .choices([...backupClasses])
        .default("by-hand"),
    )
    .addOption(new Option("--mark <run/step>", "by which a server finds it again").hideHelp())
    .addOption(outputOption(["table", "json", "yaml", "jsonl"]))
    .addHelpText(
      "after",
      "\nExit codes: 0 all backed up and proven (without a proof where none is wanted), 2 a proof failed or could not be made, 1 a store has no new backup.",
    )
    .action(async (options: RunOptions) => {
      const binding = await shell.backups();
      const place = await placeOf(shell, binding, options);
      if (place.isSecond) throw new InputError("Backups are made in the first repository, and copied from there.");
      const stores = chosen(place, options.store);
      const told = await interruptible(binding, (signal) => {
        const run = new BackupRun({ shell, binding, place, options, signal });
        return run.take(options.store === undefined ? undefined : stores);
      });
      if (options.output !== "jsonl") {
        const receipts = await receiptsOf(told, place, { shell, binding, config: options.config });
        const whole = { ...told, receipts };
        shell.out(
          render(options.output, {
            table: () => [asText(told, shell), ...receiptLines(receipts)].join("\n"),
            json: () => asJson(whole),
            yaml: () => asYaml(whole),
          }),
        );
      }
      if (told.outcomes.some(({ kind }) => kind === "backed-up"))
        await interruptible(binding, (signal) => copyAfterRun({ shell, binding, place, options, signal }));
      exit(codeOf(told));
    });
}

type Store = BackupPlace["declared"]["stores"][number];

function chosen({ declared, environment }: BackupPlace, wanted: readonly string[] | undefined): readonly Store[] {
  const { stores } = declared;
  const known = stores.map(({ component, store }) => `${component}/${store}`);
  const strange = wanted?.find((name) => !known.includes(name));
  if (strange !== undefined)
    throw new InputError(`${environment} declares no store ${strange}; it has ${known.join(", ") || "none"}.`);
  if (stores.length === 0) throw new InputError(`${environment} declares no stores under backups.`);
  return stores.filter(({ component, store }) => wanted === undefined || wanted.includes(`${component}/${store}`));
}

function codeOf({ outcomes, point, wantedPoint, pointProof, pointUnproven, notGivenBack }: ToldRun): ExitCode {
  const failed = outcomes.some(({ kind }) => kind === "failed") || notGivenBack.length > 0;
  if (failed || (wantedPoint && point === undefined)) return 1;
  if (pointUnproven !== undefined || outcomes.some(({ unproven }) => unproven !== undefined)) return 2;
  const proofs = [pointProof, ...outcomes.map((one) => (one.kind === "backed-up" ? one.proof : undefined))];
  return proofs.some((proof) => proof !== undefined && proof.verdict.kind !== "proven") ? 2 : 0;
}

function asText({ outcomes, point, wantedPoint, pointProof, notGivenBack }: ToldRun, shell: Shell): string {
  const { terminal } = shell;
  const done = outcomes.flatMap((one) => (one.kind === "backed-up" ? [one] : []));
  const rows = done.map(({ store, sealed: { manifest }, proof }) => [
    store,
    manifest.id,
    sized(sizeOf(manifest)),
    shown(kindOf(manifest.kind).summary(bodyOf(manifest))),
    lasted(Date.parse(manifest.endedAt) - Date.parse(manifest.takenAt)),
    proof === undefined ? "not yet" : proof.verdict.kind,
  ]);
  const red = (words: string): string => styled(terminal, "red", words);
  return [
    ...(rows.length === 0 ? [] : [table(terminal, ["store", "backup", "size", "holds", "took", "proof"], rows)]),
    ...done.flatMap(({ proof }) => (proof === undefined ? [] : whyOf(proof, shell))),
    ...done.flatMap(({ store, unproven }) =>
      unproven === undefined
        ? []
        : [indented(terminal, shown(unproven), "    ", red(`${store} was backed up, and not proven: `))],
    ),
    ...(point === undefined ? [] : ["", ...pointLines(point, pointProof, shell)]),
    ...outcomes.flatMap((one) =>
      one.kind === "failed"
        ? [indented(terminal, shown(one.why), "    ", red(`${one.store} has no new backup: `))]
        : [],
    ),
    ...(wantedPoint && point === undefined
      ? [red("There is no recovery point: not every store has a new backup.")]
      : []),
    ...notGivenBack.map((words) => indented(terminal, shown(words), "    ", red("! "))),
  ].join("\n");
}

function pointLines(
  { id, takenAt, fence }: NonNullable<ToldRun["point"]>,
  proof: ToldRun["pointProof"],
  shell: Shell,
): readonly string[] {
  const { terminal } = shell;
  const how = fence.kind === "fenced" ? `fenced: ${fence.by.join(", ")}` : `unfenced: ${fence.why}`;
  return [
    indented(
      terminal,
      shown(`${id}, ${moment(takenAt as Instant)}, ${how}`),
      "    ",
      styled(terminal, "bold", "Recovery point "),
    ),
    ...(proof === undefined ? [] : [`  ${proof.verdict.kind}`, ...whyOf(proof, shell), ...checkLines(proof)]),
  ];
}

/** What a point's proof asked, a line each, and what it tells beside; why one did not pass is the verdict's. */
export function checkLines({ checks }: PointProof): readonly string[] {
  return checks.flatMap(({ what, asked, state, why }) => [
    `  ${state}: ${what} (${asked})`,
    ...(state === "passed" ? why.map((one) => `    ${shown(one)}`) : []),
  ]);
}

const signs = { proven: "", sampled: "  ~ ", failed: "  ! ", unknown: "  ? " } as const;

/** Why a proof is none. */
export function whyOf({ verdict }: Pick<OwnProof, "verdict">, { terminal }: Shell): readonly string[] {
  return reasonsOf(verdict).map((why) => indented(terminal, shown(why), "    ", signs[verdict.kind]));
}
