import { Command } from "commander";
import { type ForeignFound, readForeign } from "../../backups/foreign/read-foreign.ts";
import { InputError } from "../../kernel/errors.ts";
import { type Instant, parseInstant } from "../../kernel/instant.ts";
import { moment, sized } from "../../reports/backup/words.ts";
import { indented, shown } from "../../reports/table.ts";
import { type PlaceOptions, placeOf, withPlace } from "../backup-places.ts";
import { asJson, asYaml, outputOption, render } from "../output.ts";
import type { Shell } from "../shell.ts";

/** `millwright backup foreign` */
export function foreignCommand(shell: Shell): Command {
  return withPlace(new Command("foreign"))
    .description("Look at the backups that others make: Velero, CloudNativePG, CSI snapshots, pgBackRest; proves none")
    .addOption(outputOption(["table", "json", "yaml"]))
    .action(async (options: PlaceOptions & { readonly output: string }) => {
      const { declared, observer, cluster, environment } = await placeOf(shell, await shell.backups(), options);
      if (declared.foreign.length === 0)
        throw new InputError(
          `No backups of others are declared for ${environment}; name them under foreign (docs/backups.md).`,
        );
      const found = await readForeign(declared.foreign, { observer, runner: cluster });
      shell.out(
        render(options.output, {
          table: () => found.flatMap((one) => linesOf(one, shell)).join("\n"),
          json: () => asJson({ foreign: found }),
          yaml: () => asYaml({ foreign: found }),
        }),
      );
    });
}

/** `millwright backup size` */
export function sizeCommand(shell: Shell): Command {
  return withPlace(new Command("size"))
    .description("Say what the repository's data take, equal data counted once; reads all of its index")
    .addOption(outputOption(["table", "json", "yaml"]))
    .action(async (options: PlaceOptions & { readonly output: string }) => {
      const { repository, environment } = await placeOf(shell, await shell.backups(), options);
      const bytes = await repository.size();
      shell.out(
        render(options.output, {
          table: () => `The repository of ${environment} holds ${sized(bytes)}.`,
          json: () => asJson({ bytes }),
          yaml: () => asYaml({ bytes }),
        }),
      );
    });
}

function linesOf({ store, what, seen }: ForeignFound, { terminal }: Shell): readonly string[] {
  const more = (text: string): string => indented(terminal, shown(text), "    ", "  ");
  if (seen.kind === "unknown") return [`${store}: ${what}`, more(`not known: ${seen.why}`), more(seen.howToLearn)];
  if (seen.kind === "absent") return [`${store}: ${what}`, more(`there is none (${seen.source})`)];
  const { newest, good, faults, notes } = seen.value;
  const size = newest?.bytes === undefined ? "" : `, ${sized(newest.bytes)}`;
  return [
    `${store}: ${what}`,
    more(
      newest === undefined ? "none ended well" : `newest ${newest.name}, ${momentOf(newest.at)}${size}; ${good} in all`,
    ),
    ...faults.map((fault) => more(`! ${fault}`)),
    ...notes.map(more),
    more("not proven by Millwright"),
  ];
}

function momentOf(at: string): string {
  const parsed: Instant | undefined = parseInstant(at);
  return parsed === undefined ? shown(at) : moment(parsed);
}
