import { Command } from "commander";
import { catalogueOf } from "../../backups/repository/catalogue.ts";
import { type Forecast, forecast } from "../../backups/schedule/forecast.ts";
import { candidateOf } from "../../backups/schedule/prune.ts";
import { counted } from "../../kernel/count.ts";
import { InputError } from "../../kernel/errors.ts";
import { parseInstant } from "../../kernel/instant.ts";
import type { Backups } from "../../platform/server-backups.ts";
import { moment, sized } from "../../reports/backup/words.ts";
import { shown, table } from "../../reports/table.ts";
import { type PlaceOptions, placeOf, withPlace } from "../backup-places.ts";
import { asJson, asYaml, outputOption, render } from "../output.ts";
import type { Shell } from "../shell.ts";

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
