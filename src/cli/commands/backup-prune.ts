import { Command, Option } from "commander";
import { type Surplus, surplusArchives } from "../../backups/kinds/gitlab/surplus.ts";
import { catalogueOf } from "../../backups/repository/catalogue.ts";
import type { Freed } from "../../backups/repository/restic-prune.ts";
import { carryOutPrune, type PrunePlan, planPrune, snapshotsOf } from "../../backups/schedule/prune.ts";
import { counted } from "../../kernel/count.ts";
import { InputError } from "../../kernel/errors.ts";
import { moment, sized } from "../../reports/backup/words.ts";
import { indented, shown } from "../../reports/table.ts";
import { type BackupPlace, placeOf, withPlace } from "../backup-places.ts";
import { freedLines, type RemovalOptions, removableAt, type Written, writeDown } from "../backup-removal.ts";
import { asJson, asYaml, outputOption, render } from "../output.ts";
import type { BackupShell, Shell } from "../shell.ts";

interface Options extends RemovalOptions {
  readonly output: string;
  readonly yes?: boolean;
  readonly quick?: boolean;
  readonly hold?: readonly string[];
  readonly only?: readonly string[];
}

/** What is to go, and what became of it. */
interface Told {
  readonly plan: PrunePlan;
  readonly surplus: Surplus;
  /** How much it would free; undefined: it was not asked, or restic does not say. */
  readonly frees: number | undefined;
  readonly done: (Written & { readonly freed: Freed }) | undefined;
}

/** `millwright backup prune` */
export function pruneCommand(shell: Shell): Command {
  return withPlace(new Command("prune"))
    .description(
      "Show what retention keeps and would remove, and why, with what interrupted runs left; --yes removes it",
    )
    .option("--hold <backup...>", "keep these whatever retention says")
    .option("--only <id...>", "remove nothing else than these backups, packs and debris")
    .option("--why <text>", "written down in the repository, with what is removed and by whom")
    .option("--quick", "without asking restic how much it would free")
    .option("--yes", "remove what is shown")
    .addOption(new Option("--mark <run>", "the run of a server that removes it").hideHelp())
    .addOption(outputOption(["table", "json", "yaml"]))
    .action(async (options: Options) => {
      const binding = await shell.backups();
      const place = await placeOf(shell, binding, options);
      const told = await prune(place, { shell, binding, options });
      shell.out(
        render(options.output, {
          table: () => asTable(told, shell),
          json: () => asJson(spoken(told)),
          yaml: () => asYaml(spoken(told)),
        }),
      );
    });
}

interface Asked {
  readonly shell: Shell;
  readonly binding: BackupShell;
  readonly options: Options;
}

async function prune(place: BackupPlace, asked: Asked): Promise<Told> {
  const { shell, binding, options } = asked;
  const { repository, declared, receiptHours, secret } = place;
  const holds = new Map((options.hold ?? []).map((id) => [id, "it is held"]));
  const only = options.only === undefined ? undefined : new Set(options.only);
  const { backups } = catalogueOf(await removableAt(place));
  const plan = await planPrune(repository, declared.retention, shell.clock.now(), { holds, only, receiptHours });
  refuseStrangers(options, backups);
  const left = await surplusArchives(declared.stores, backups, { ports: binding.ports, secret });
  const archives = left.archives.filter(({ object }) => plan.refused === undefined && (only?.has(object) ?? true));
  const surplus = { ...left, archives };
  if (options.yes === true)
    return { plan, surplus, frees: undefined, done: await carryOut({ plan, surplus }, place, asked) };
  const { seals, rest } = snapshotsOf(plan);
  const isAsked = options.quick !== true && seals.length + rest.length > 0;
  return {
    plan,
    surplus,
    frees: isAsked ? await repository.wouldFree([...seals, ...rest]) : undefined,
    done: undefined,
  };
}

async function carryOut(
  { plan, surplus }: Pick<Told, "plan" | "surplus">,
  place: BackupPlace,
  asked: Asked,
): Promise<Told["done"]> {
  if (plan.refused !== undefined) return undefined;
  const written = await writeDown(
    {
      backups: plan.removed.map(({ backup: { id, store }, why }) => ({ id, store, why: [...why] })),
      points: plan.points.map(({ id }) => id),
      packs: plan.packs.length,
      debris: plan.debris.map(({ snapshot, backup }) => ({ snapshot, backup })),
    },
    place,
    asked,
  );
  const freed = await carryOutPrune(place.repository, plan);
  for (const archive of surplus.archives) await archive.remove();
  return { ...written, freed };
}

/** A server holds what its runs name, also what is gone by now; a person's slip would hold nothing. */
function refuseStrangers({ hold = [], output }: Options, backups: readonly { readonly id: string }[]): void {
  const strange = hold.find((id) => !backups.some((one) => one.id === id));
  if (strange !== undefined && output === "table")
    throw new InputError(`There is no backup ${strange} to be held in this repository; nothing was removed.`);
}

function spoken({ plan, surplus, frees, done }: Told) {
  const { kept, removed, packs, points, debris, refused } = plan;
  return {
    ...(refused === undefined ? {} : { refused }),
    kept: kept.map(({ backup: { id, store }, why }) => ({ id, store, why })),
    removed: removed.map(({ backup: { id, store, bytes, takenAt }, why }) => ({ id, store, takenAt, bytes, why })),
    packs,
    points: points.map(({ id }) => id),
    debris,
    archives: surplus.archives.map(({ object, bucket, backup, bytes }) => ({ object, bucket, backup, bytes })),
    notes: surplus.notes,
    ...(frees === undefined ? {} : { frees }),
    ...(done === undefined ? {} : { done }),
  };
}

function asTable({ plan, surplus, frees, done }: Told, { terminal }: Shell): string {
  const { kept, removed, packs, points, debris, refused } = plan;
  const { archives, notes } = surplus;
  const nothing = removed.length + points.length + packs.length + debris.length + archives.length === 0;
  const isDone = done !== undefined;
  const item = (text: string): string => indented(terminal, shown(text), "    ", "  ");
  const judged = ({ backup, why }: PrunePlan["kept"][number]): string => item(`${backup.id}: ${why.join("; ")}`);
  return [
    ...(refused === undefined ? [] : [`Nothing is removed: ${shown(refused)}`]),
    ...under("Kept:", kept.map(judged)),
    ...under(isDone ? "Removed:" : "Would be removed:", removed.map(judged)),
    ...under(
      "Recovery points that are whole no more then:",
      points.map(({ id }) => item(id)),
    ),
    ...under(
      "What interrupted runs left:",
      debris.map(({ snapshot, at, store, why }) => item(`${snapshot.slice(0, 8)}  ${moment(at)}  ${store}: ${why}`)),
    ),
    ...(packs.length === 0 ? [] : [`${counted(packs.length, "pack")} that no kept backup names.`]),
    ...under(
      isDone ? "Archives removed:" : "Archives that would be removed:",
      archives.map(({ object, bucket, bytes }) =>
        item(`${object} in ${bucket}, ${sized(bytes)}: its copy in the repository is proven`),
      ),
    ),
    ...notes.map((note) => shown(`Not looked at: ${note}`)),
    ...(frees === undefined ? [] : [`It would free ${sized(frees)}.`]),
    ...(done === undefined ? [] : freedLines(done.freed, done)),
    nothing ? "There is nothing to remove." : isDone ? "" : "Nothing was removed; --yes removes these.",
  ]
    .filter((line) => line !== "")
    .join("\n");
}

function under(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}
