import { Command } from "commander";
import { giveBackHeld, stillHeld } from "../../backups/fence/fence.ts";
import { holderOf } from "../../backups/fence/holder.ts";
import type { FencePart } from "../../backups/fence/part.ts";
import { InputError } from "../../kernel/errors.ts";
import { indented, shown, styled, table } from "../../reports/table.ts";
import { fenceParts } from "../backup-fence.ts";
import { type BackupPlace, type PlaceOptions, placeOf, withPlace } from "../backup-places.ts";
import { asJson, asYaml, outputOption, render } from "../output.ts";
import type { ExitCode, Shell } from "../shell.ts";

interface GiveBackOptions extends PlaceOptions {
  readonly output: string;
  readonly of?: string;
  readonly yes?: boolean;
}

interface Held {
  readonly name: string;
  readonly by: string;
  /** When that was renewed last. */
  readonly at: string;
}

interface Told {
  /** What stood still when it was looked at. */
  readonly held: readonly Held[];
  readonly notGivenBack: readonly string[];
}

/** `millwright backup give-back` */
export function giveBackCommand(shell: Shell, exit: (code: ExitCode) => void): Command {
  return withPlace(new Command("give-back"))
    .description("Show which writers a fence holds, and by which run; --yes gives them back, when that run is over")
    .option(
      "--of <holder>",
      "only what this one holds: `backup run 3fa9c1de`, or RUN/STEP of a server; needed for --yes",
    )
    .option("--yes", "give back what it holds")
    .addOption(outputOption(["table", "json", "yaml"]))
    .addHelpText("after", "\nExit codes: 0 it was shown or given back, 1 something stands still yet.")
    .action(async (options: GiveBackOptions) => {
      const told = await giveBack(shell, options);
      shell.out(
        render(options.output, {
          table: () => asText(told, options, shell),
          json: () => asJson(told),
          yaml: () => asYaml(told),
        }),
      );
      if (told.notGivenBack.length > 0) exit(1);
    });
}

async function giveBack(shell: Shell, options: GiveBackOptions): Promise<Told> {
  if (options.yes === true && options.of === undefined)
    throw new InputError("Name whose it is: --of, with what is shown as its holder. That run has to be over.");
  const binding = await shell.backups();
  const place = await placeOf(shell, binding, options);
  const { mayNotChange } = place;
  const parts = await partsOf(place, shell, options);
  const by = options.of === undefined ? undefined : holderOf(options.of);
  if (options.yes !== true || by === undefined) return { held: await heldIn(parts, by), notGivenBack: [] };
  if (mayNotChange !== undefined) {
    const held = await heldIn(parts, by);
    return { held, notGivenBack: held.map(({ name }) => `the ${name} ${stillHeld}: ${mayNotChange}`) };
  }
  // One that does not answer keeps no other from being given back; it is told of with what is left.
  const held = await Promise.all(parts.map((part) => heldIn([part], by).catch(() => [])));
  return { held: held.flat(), notGivenBack: await giveBackHeld(parts, by) };
}

/** Where nothing may be changed it is looked by the observer's account; without one no run that is asked for has held anything. */
async function partsOf(place: BackupPlace, shell: Shell, { of }: GiveBackOptions): Promise<readonly FencePart[]> {
  if (place.mayNotChange === undefined) return fenceParts({ place, shell }, place.changer);
  try {
    return await fenceParts({ place, shell }, place.observer);
  } catch (thrown) {
    if (thrown instanceof InputError && of !== undefined) return [];
    throw thrown;
  }
}

async function heldIn(parts: readonly FencePart[], by: string | undefined): Promise<readonly Held[]> {
  const held: Held[] = [];
  for (const part of parts) {
    const mark = await part.mark();
    if (mark !== undefined && (by === undefined || mark.by === by))
      held.push({ name: part.name, by: mark.by, at: mark.at });
  }
  return held;
}

function asText({ held, notGivenBack }: Told, { yes }: GiveBackOptions, { terminal }: Shell): string {
  if (notGivenBack.length > 0)
    return notGivenBack
      .map((words) => indented(terminal, shown(words), "    ", styled(terminal, "red", "! ")))
      .join("\n");
  if (held.length === 0) return "Nothing stands still by it.";
  const rows = held.map(({ name, by, at }) => [name, by, at]);
  const done = yes === true ? "Given back." : "Stands still. When that run is over: --of HOLDER --yes gives it back.";
  return `${table(terminal, ["writer", "holder", "renewed"], rows)}\n${done}`;
}
