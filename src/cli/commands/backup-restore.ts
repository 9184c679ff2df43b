import { Command, Option } from "commander";
import type { StorePlan } from "../../backups/restore/contract.ts";
import type { UndoPlan } from "../../backups/restore/plan-undo.ts";
import { type RestorePlan, refusalsOf } from "../../backups/restore/restore.ts";
import { InputError } from "../../kernel/errors.ts";
import type { Instant } from "../../kernel/instant.ts";
import { moment } from "../../reports/backup/words.ts";
import { indented, shown, styled } from "../../reports/table.ts";
import { interruptible, type PlaceOptions, placeOf, withPlace } from "../backup-places.ts";
import { type RestoreFlags, RestoreRun, type ToldRestore } from "../backup-restore.ts";
import { asJson, asYaml, outputOption, render } from "../output.ts";
import type { ExitCode, Shell } from "../shell.ts";

interface Options extends PlaceOptions, RestoreFlags {
  readonly output: string;
  readonly scratch?: string;
  readonly quiet?: boolean;
  readonly yes?: boolean;
  readonly undo?: string;
}

/** `millwright backup restore` */
export function restoreCommand(shell: Shell, exit: (code: ExitCode) => void): Command {
  return withPlace(new Command("restore"))
    .description("Bring a backup or a recovery point back: the plan is shown, and done with --yes")
    .argument("[source]", "the backup or the recovery point, or the beginning of its name")
    .option("--in-place", "where the stores are declared to be; what is there now is backed up before, and kept")
    .option(
      "--to <where>",
      "a folder that is empty, database:NAME on the store's own server, bucket:NAME/PREFIX/ (PREFIX/ before each key), namespace:NAME for objects of Kubernetes (of several: namespace:FROM=NAME), or another Redis: redis://HOST:PORT, with a password redis:env:NAME or redis:file:/path that holds the whole address",
    )
    .option("--replace", "let go, without a backup, what another Redis or namespace holds that --to names")
    .option("--store <component/store...>", "only these of a recovery point")
    .option("--prefix <prefix>", "only keys that begin so, of an object store")
    .option(
      "--repository <group/project>",
      "only this Git repository, of GitLab's store: from its own bundle (bundles with gitaly), or out of the archive",
    )
    .option("--yes", "do it; without it the plan is shown and nothing is changed")
    .option("--undo <restore>", "take a restore in place back, by the name it gave: shown, and done with --yes")
    .option("--no-safety-backup", "do not back up what is there now before it is replaced or taken back")
    .option("--no-fence", "do not take the applications down that are declared under fence")
    .option("--scratch <dir>", "where restored data may lie meanwhile")
    .option("--quiet", "say nothing of the progress")
    .addOption(new Option("--mark <run/step>", "by which a server finds it again").hideHelp())
    .addOption(outputOption(["table", "json", "yaml", "jsonl"]))
    .addHelpText(
      "after",
      "\nExit codes: 0 restored (or planned, and it can be done), 2 it cannot be done or did not come back as it was, 1 an error.",
    )
    .action(async (source: string | undefined, options: Options) => {
      const binding = await shell.backups();
      const place = await placeOf(shell, binding, options);
      const code = await interruptible(binding, async (signal) => {
        const run = new RestoreRun(
          { shell, binding, place, options: { ...options, class: "before-restore" }, signal },
          options,
        );
        if (options.undo !== undefined) return takeBack(run, options.undo, options, shell);
        if (source === undefined)
          throw new InputError("Name a backup or a recovery point; millwright backup list shows them.");
        const plan = await run.plan(source);
        if (options.yes !== true) return tellPlan(plan, options, shell);
        if (options.output === "table") shell.err(`${planText(plan, shell)}\n`);
        if (refusalsOf(plan).length > 0) return tellPlan(plan, options, shell);
        return tell(await run.run(plan), options, shell);
      });
      exit(code);
    });
}

function tellPlan(plan: RestorePlan, { output }: Options, shell: Shell): ExitCode {
  const refuses = refusalsOf(plan);
  const said = { plan: plainPlan(plan), refuses };
  shell.out(
    render(output, {
      table: () =>
        `${planText(plan, shell)}\n${refuses.length === 0 ? "Nothing was changed; --yes does it.\n" : "It cannot be done so; nothing was changed.\n"}`,
      json: () => asJson(said),
      yaml: () => asYaml(said),
      jsonl: () => `${JSON.stringify({ kind: "plan", ...said })}\n`,
    }),
  );
  return refuses.length === 0 ? 0 : 2;
}

function plainPlan({ from, target, stores, left }: RestorePlan) {
  return {
    from,
    target,
    stores: stores.map(({ store, backup: { id, takenAt, digest }, plan }) => ({
      store,
      backup: id,
      takenAt,
      digest,
      ...plan,
    })),
    left,
  };
}

function planText({ from, stores, left }: RestorePlan, { terminal }: Shell): string {
  const lines = stores.flatMap(({ store, backup, plan }) => [
    styled(terminal, "bold", `${store}  ${backup.id}, ${moment(backup.takenAt as Instant)}`),
    ...linesOf(plan, terminal),
  ]);
  return [
    `What restoring ${from} does (> done, - lost, ~ to know, ! in its way):`,
    ...lines,
    ...left.map(({ store, why }) => indented(terminal, shown(`${store} ${why}`), "    ", "  not restored: ")),
  ].join("\n");
}

async function takeBack(run: RestoreRun, id: string, options: Options, shell: Shell): Promise<ExitCode> {
  const plan = await run.planUndo(id);
  if (options.yes !== true) return tellUndoPlan(plan, options, shell);
  if (options.output === "table") shell.err(`${undoText(plan, shell)}\n`);
  return tell(await run.undo(plan.id), options, shell);
}

function tellUndoPlan(plan: UndoPlan, { output }: Options, shell: Shell): ExitCode {
  const refuses = plan.stores.flatMap(({ store, refuses: why }) => why.map((one) => `${store}: ${one}`));
  const said = { plan, refuses };
  shell.out(
    render(output, {
      table: () => `${undoText(plan, shell)}\nNothing was changed; --yes does it.\n`,
      json: () => asJson(said),
      yaml: () => asYaml(said),
      jsonl: () => `${JSON.stringify({ kind: "plan", ...said })}\n`,
    }),
  );
  return refuses.length === 0 ? 0 : 2;
}

function undoText({ id, stores }: UndoPlan, { terminal }: Shell): string {
  if (stores.length === 0) return `Nothing of ${id} is left to be taken back.`;
  return [
    `What taking ${id} back does (> done, - lost, ~ to know, ! not taken back, while the rest is):`,
    ...stores.flatMap(({ store, ...plan }) => [styled(terminal, "bold", store), ...linesOf(plan, terminal)]),
  ].join("\n");
}

function linesOf(
  { does, loses, notes, refuses }: Omit<StorePlan, "isThere">,
  terminal: Shell["terminal"],
): readonly string[] {
  function marked(words: readonly string[], mark: string): readonly string[] {
    return words.map((one) => indented(terminal, shown(one), "    ", mark));
  }
  return [
    ...marked(does, "  > "),
    ...marked(loses, "  - "),
    ...marked(notes, "  ~ "),
    ...marked(refuses, styled(terminal, "red", "  ! ")),
  ];
}

function tell(told: ToldRestore, { output }: Options, shell: Shell): ExitCode {
  shell.out(
    render(output, {
      table: () => restoredText(told, shell),
      json: () => asJson(told),
      yaml: () => asYaml(told),
      jsonl: () => `${JSON.stringify({ kind: "restored", ...told })}\n`,
    }),
  );
  if (told.notGivenBack.length > 0 || told.notDown.length > 0) return 1;
  const asked = told.applications.every(({ state }) => state !== "failed");
  return told.state !== "failed" && asked ? 0 : 2;
}

function restoredText(told: ToldRestore, { terminal }: Shell): string {
  const { id, state, stores, applications, notGivenBack, notDown, takeBack } = told;
  return [
    styled(terminal, "bold", `${id}: ${state}`),
    ...stores.flatMap((one) => [
      `  ${one.state}: ${one.store} from ${one.backup}${one.safety === undefined ? "" : `; what was there before: ${one.safety}`}`,
      ...one.words.map((words) => indented(terminal, shown(words), "      ", "    ")),
    ]),
    ...applications.map(({ state: said, words }) => `  ${said}: ${shown(words)}`),
    ...[...notDown, ...notGivenBack].map((words) =>
      indented(terminal, shown(words), "    ", styled(terminal, "red", "! ")),
    ),
    // Alone on its line, and never broken: to be pasted.
    ...(takeBack === undefined ? [] : ["  To bring back what was there before:", `    ${takeBack}`]),
    "",
  ].join("\n");
}
