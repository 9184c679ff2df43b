import { Command } from "commander";
import { debrisAt, debrisHours } from "../../backups/schedule/prune.ts";
import { counted } from "../../kernel/count.ts";
import { InputError } from "../../kernel/errors.ts";
import { moment } from "../../reports/backup/words.ts";
import { shown } from "../../reports/table.ts";
import { placeOf, withPlace } from "../backup-places.ts";
import { freedLines, type RemovalOptions, removableAt, writeDown } from "../backup-removal.ts";
import type { Shell } from "../shell.ts";

interface Options extends RemovalOptions {
  readonly olderThan: string;
  readonly yes?: boolean;
}

/** `millwright backup clean` */
export function cleanCommand(shell: Shell): Command {
  return withPlace(new Command("clean"))
    .description("Show what interrupted runs left and would be removed; --yes removes it")
    .option(
      "--older-than <hours>",
      "since its run gave the last sign, which one under way does each hour",
      String(debrisHours),
    )
    .option("--why <text>", "written down in the repository, with what is removed and by whom")
    .option("--yes", "remove what is shown")
    .action(async (options: Options) => {
      const hours = Number(options.olderThan);
      if (!/^\d{1,5}$/.test(options.olderThan)) throw new InputError("--older-than takes whole hours, such as 24.");
      const binding = await shell.backups();
      const place = await placeOf(shell, binding, options);
      const debris = debrisAt(await removableAt(place), shell.clock.now(), hours);
      if (debris.length === 0) return shell.out(`There is nothing to remove whose run gave no sign for ${hours} h.\n`);
      const lines = debris.map(
        ({ snapshot, at, store, why }) => `  ${snapshot.slice(0, 8)}  ${moment(at)}  ${shown(store)}: ${why}\n`,
      );
      shell.out(lines.join(""));
      if (options.yes !== true) return shell.out("Nothing was removed; --yes removes these.\n");
      const going = {
        backups: [],
        points: [],
        packs: 0,
        debris: debris.map(({ snapshot, backup }) => ({ snapshot, backup })),
      };
      const written = await writeDown(going, place, { shell, binding, options });
      await place.repository.forget(debris.map(({ snapshot }) => snapshot));
      const freed = await place.repository.prune();
      shell.out(`${[`Removed ${counted(debris.length, "snapshot")}.`, ...freedLines(freed, written)].join("\n")}\n`);
    });
}
