import { Command } from "commander";
import { type Surplus, surplusArchives } from "../../backups/kinds/gitlab/surplus.ts";
import { catalogueOf } from "../../backups/repository/catalogue.ts";
import { type Forecast, forecast } from "../../backups/schedule/forecast.ts";
import { candidateOf, carryOutPrune, type PrunePlan, planPrune } from "../../backups/schedule/prune.ts";
import { counted } from "../../kernel/count.ts";
import { InputError } from "../../kernel/errors.ts";
import { parseInstant } from "../../kernel/instant.ts";
import type { Backups } from "../../platform/server-backups.ts";
import { moment, sized } from "../../reports/backup/words.ts";
import { indented, shown, table } from "../../reports/table.ts";
import { type PlaceOptions, placeOf, withPlace } from "../backup-places.ts";
import { asJson, asYaml, outputOption, render } from "../output.ts";
import type { Shell } from "../shell.ts";

interface PruneOptions extends PlaceOptions {
  readonly output: string;
  readonly yes?: boolean;
  readonly hold?: readonly string[];
  readonly only?: readonly string[];
}

/** `millwright backup prune` */
export function pruneCommand(shell: Shell): Command {
  return withPlace(new Command("prune"))
    .description("Show what retention keeps and would remove, and why; --yes removes it")
    .option("--hold <backup...>", "keep these whatever retention says")
    .option("--only <backup...>", "remove nothing else than these")
    .option("--yes", "remove what is shown")
    .addOption(outputOption(["table", "json", "yaml"]))
    .action(async (options: PruneOptions) => {
      const binding = await shell.backups();
      const { repository, declared, receiptHours, secret } = await placeOf(shell, binding, options);
      const holds = new Map((options.hold ?? []).map((id) => [id, "it is held"]));
      const only = options.only === undefined ? undefined : new Set(options.only);
      const plan = await planPrune(repository, declared.retention, shell.clock.now(), { holds, only, receiptHours });
      const { backups } = catalogueOf(await repository.snapshots());
      refuseStrangers(options, backups);
      const left = await surplusArchives(declared.stores, backups, { ports: binding.ports, secret });
      const surplus = {
        ...left,
        archives: left.archives.filter(({ object }) => plan.refused === undefined && (only?.has(object) ?? true)),
      };
      const nothing = plan.removed.length === 0 && plan.packs.length === 0;
      if (options.yes === true) for (const archive of surplus.archives) await archive.remove();
      if (options.yes === true && !nothing) await carryOutPrune(repository, plan);
      const said = { ...spoken(plan), ...spokenOf(surplus) };
      shell.out(
        render(options.output, {
          table: () => pruned(plan, surplus, options.yes === true, shell),
          json: () => asJson(said),
          yaml: () => asYaml(said),
        }),
      );
    });
}

/** A server holds what its runs name, also what is gone by now; a person's slip would hold nothing. */
function refuseStrangers({ hold = [], output }: PruneOptions, backups: readonly { readonly id: string }[]): void {
  const strange = hold.find((id) => !backups.some((one) => one.id === id));
  if (strange !== undefined && output === "table")
    throw new InputError(`There is no backup ${strange} to be held in this repository; nothing was removed.`);
}

function spoken({ kept, removed, packs, refused }: PrunePlan) {
  return {
    ...(refused === undefined ? {} : { refused }),
    kept: kept.map(({ backup: { id, store }, why }) => ({ id, store, why })),
    removed: removed.map(({ backup: { id, store, bytes }, why }) => ({ id, store, bytes, why })),
    packs,
  };
}

function spokenOf({ archives, notes }: Surplus) {
  return {
    archives: archives.map(({ object, bucket, backup, bytes }) => ({ object, bucket, backup, bytes })),
    notes,
  };
}

function surplusLines({ archives, notes }: Surplus, done: boolean, terminal: Shell["terminal"]): readonly string[] {
  const lines = archives.map(({ object, bucket, bytes }) => {
    const text = `${object} in ${bucket}, ${sized(bytes)}: its copy in the repository is proven`;
    return indented(terminal, shown(text), "    ", "  ");
  });
  return [
    ...(lines.length === 0 ? [] : [done ? "Archives removed:" : "Archives that would be removed:", ...lines]),
    ...notes.map((note) => shown(`Not looked at: ${note}`)),
  ];
}

function pruned(
  { kept, removed, packs, refused }: PrunePlan,
  { archives, notes }: Surplus,
  done: boolean,
  { terminal }: Shell,
): string {
  const nothing = removed.length === 0 && packs.length === 0 && archives.length === 0;
  const lines = (list: readonly { readonly backup: { readonly id: string }; readonly why: readonly string[] }[]) =>
    list.map(({ backup, why }) => indented(terminal, shown(`${backup.id}: ${why.join("; ")}`), "    ", "  "));
  return [
    ...(refused === undefined ? [] : [`Nothing is removed: ${shown(refused)}`]),
    ...(kept.length === 0 ? [] : ["Kept:", ...lines(kept)]),
    ...(removed.length === 0 ? [] : [done ? "Removed:" : "Would be removed:", ...lines(removed)]),
    ...(packs.length === 0 ? [] : [`${counted(packs.length, "pack")} that no kept backup names.`]),
    ...surplusLines({ archives, notes }, done, terminal),
    nothing ? "There is nothing to remove." : done ? "" : "Nothing was removed; --yes removes these.",
  ]
    .filter((line) => line !== "")
    .join("\n");
}

interface ForecastOptions extends PlaceOptions {
  readonly output: string;
  readonly on: string;
}

/** `millwright backup forecast` */
export function forecastCommand(shell: Shell): Command {
  return withPlace(new Command("forecast"))
    .description("What is kept on a day ahead if every scheduled backup is taken, and what could be lost then")
    .requiredOption("--on <date>", "a day or a moment: 2027-03-01")
    .addOption(outputOption(["table", "json", "yaml"]))
    .action(async (options: ForecastOptions) => {
      const on = parseInstant(options.on);
      const now = shell.clock.now();
      if (on === undefined || on < now)
        throw new InputError(`--on ${options.on} is no day ahead; write it like 2027-03-01.`);
      const { repository, declared, receiptHours } = await placeOf(shell, await shell.backups(), options);
      const backups = catalogueOf(await repository.snapshots()).backups.map((one) => candidateOf(one, receiptHours));
      const found = forecast({ ...asDeclared(declared), backups, receiptHours, now }, on);
      shell.out(
        render(options.output, {
          table: () => foreseen(found, shell),
          json: () => asJson(plain(found)),
          yaml: () => asYaml(plain(found)),
        }),
      );
    });
}

/** What a configuration says of the backups to come. */
function asDeclared({ stores, schedule, retention, rpoHours, objectives }: Backups["environments"][number]) {
  return {
    stores: stores.map(({ component, store }) => `${component}/${store}`),
    schedules: schedule,
    retention,
    rpoHours: (store: string) => objectives.find((one) => one.store === store)?.rpoHours ?? rpoHours,
  };
}

function plain({ kept, removed, ...rest }: Forecast) {
  const of = (list: Forecast["kept"]) =>
    list.map(({ backup: { id, store, takenAt, expected }, why }) => ({ id, store, takenAt, expected, why }));
  return { ...rest, kept: of(kept), removed: of(removed) };
}

/** How much they take: of a store without a backup nothing is known. */
function sizeWords(stores: Forecast["stores"], bytes: number): string {
  const unknown = stores.filter((one) => one.bytes === undefined).length;
  if (unknown === stores.length) return "of a size that is not known";
  const without = unknown === 0 ? "" : `, and without ${counted(unknown, "store")} of which there is no backup yet`;
  return `${sized(bytes)} before equal data is stored once${without}`;
}

function foreseen({ on, stores, removed, kept, bytes, refused }: Forecast, { terminal }: Shell): string {
  const rows = stores.map((one) => [
    one.store,
    one.newest === undefined ? "none" : moment(one.newest),
    one.worstHours === undefined ? "everything" : `${one.worstHours} h of ${one.rpoHours} h${one.meets ? "" : " !"}`,
    one.bytes === undefined ? "not known" : sized(one.bytes),
    one.growsByBytes === undefined
      ? "not known"
      : `${sized(Math.abs(one.growsByBytes))} a day ${one.growsByBytes < 0 ? "less" : "more"}`,
  ]);
  const gone = removed.filter(({ backup }) => !backup.expected);
  return [
    `On ${moment(on)}, if every scheduled backup is taken:`,
    table(terminal, ["store", "newest", "lost at worst", "kept", "grows by"], rows),
    `${counted(kept.length, "backup")}, ${sizeWords(stores, bytes)}; ${counted(gone.length, "backup")} of today's removed by then.`,
    ...(refused === undefined ? [] : [`Nothing is removed: ${shown(refused)}`]),
  ].join("\n");
}
