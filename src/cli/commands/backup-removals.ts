import { Command } from "commander";
import { type ReadRemoval, readRemoval } from "../../backups/removal/record.ts";
import { recordsIn } from "../../backups/repository/records.ts";
import { counted } from "../../kernel/count.ts";
import type { Instant } from "../../kernel/instant.ts";
import { moment } from "../../reports/backup/words.ts";
import { indented, shown, styled, table } from "../../reports/table.ts";
import { declaredBackups, identityAt, type PlaceOptions, placeOf, snapshotsAt, withPlace } from "../backup-places.ts";
import { asJson, asYaml, outputOption, render } from "../output.ts";
import type { Shell } from "../shell.ts";

interface Options extends PlaceOptions {
  readonly output: string;
  readonly show?: string;
}

/** `millwright backup removals` */
export function removalsCommand(shell: Shell): Command {
  return withPlace(new Command("removals"))
    .description("Removals as they are written down in the repository: when, by whom, what and why")
    .option("--show <id>", "one of them, and whether it is signed")
    .addOption(outputOption(["table", "json", "yaml"]))
    .action(async (options: Options) => {
      if (options.show !== undefined) return show(options.show, options, shell);
      const place = await placeOf(shell, await shell.backups(), options);
      const removals = recordsIn(await snapshotsAt(place), "removal");
      const rows = removals.map(({ id, at, verdict }) => [id, moment(at), verdict ?? "unsigned"]);
      shell.out(
        render(options.output, {
          table: () =>
            rows.length === 0
              ? "No removal is written down in this repository."
              : table(shell.terminal, ["removal", "begun", "said to be"], rows),
          json: () => asJson({ removals }),
          yaml: () => asYaml({ removals }),
        }),
      );
    });
}

async function show(id: string, options: Options, shell: Shell): Promise<void> {
  const binding = await shell.backups();
  const place = await placeOf(shell, binding, options);
  const { signingKey } = await declaredBackups(shell, options.config);
  const keys = signingKey === undefined ? [] : [await binding.secret(signingKey)];
  const read = await readRemoval(place.repository, id, await identityAt(place), keys);
  shell.out(
    render(options.output, {
      table: () => asTable(read, shell),
      json: () => asJson(read),
      yaml: () => asYaml(read),
    }),
  );
}

function asTable({ removal, untrusted }: ReadRemoval, { terminal }: Shell): string {
  const { id, at, by, why, backups, points, packs, debris } = removal;
  const facts: readonly (readonly [string, string])[] = [
    ["begun", moment(at as Instant)],
    ["by", by],
    ...(why === undefined ? [] : [["why", why] as const]),
    ...backups.map((one) => ["backup", `${one.id}: ${one.why.join("; ")}`] as const),
    ...points.map((one) => ["point", one] as const),
    ["beside", `${counted(packs, "pack")}, ${counted(debris.length, "snapshot")} of debris`],
    ["signed", untrusted === undefined ? "yes, by the key of this configuration" : `no: it ${untrusted}`],
  ];
  return [
    styled(terminal, "bold", shown(id)),
    ...facts.map(([label, text]) => indented(terminal, shown(text), " ".repeat(10), `  ${label.padEnd(8)}`)),
  ].join("\n");
}
