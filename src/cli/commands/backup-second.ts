import { Command, InvalidArgumentError } from "commander";
import { secondState } from "../../backups/second/stands.ts";
import { InputError } from "../../kernel/errors.ts";
import type { Instant } from "../../kernel/instant.ts";
import { moment } from "../../reports/backup/words.ts";
import { shown, styled, table } from "../../reports/table.ts";
import { interruptible, type PlaceOptions, placeOf, withPlace } from "../backup-places.ts";
import { copyHere } from "../backup-second.ts";
import { asJson, asYaml, outputOption, render } from "../output.ts";
import type { ExitCode, Shell } from "../shell.ts";

interface Options extends PlaceOptions {
  readonly output: string;
  readonly copy?: boolean;
  readonly lateHours?: number;
  readonly quiet?: boolean;
}

/** `millwright backup second` */
export function secondCommand(shell: Shell, exit: (code: ExitCode) => void): Command {
  return withPlace(new Command("second"))
    .description("How the second repository stands: what arrived there, and what did not")
    .option("--copy", "copy now what it lacks; a run does so by itself")
    .option("--late-hours <hours>", "how long a backup may be on its way (default: second.lateHours)", hours)
    .option("--quiet", "say nothing of the progress")
    .addOption(outputOption(["table", "json", "yaml", "jsonl"]))
    .addHelpText(
      "after",
      "\nExit codes: 0 all newest backups are there, or on their way; 2 late, failed, none or not known; 1 an error.",
    )
    .action(async (given: Options) => {
      const { second: _, ...options } = given;
      const binding = await shell.backups();
      const place = await placeOf(shell, binding, options);
      const second = await place.second();
      if (second === undefined) throw new InputError(`No second repository of ${place.environment} is declared.`);
      if (options.copy === true)
        await interruptible(binding, (signal) => copyHere({ shell, binding, place, options, signal }));
      const { immutable, lateHours: usual = 24 } = place.declared.second ?? {};
      const { lateHours = usual } = options;
      const stands = await secondState(place.repository, second, { lateHours, now: shell.clock.now() });
      const state = {
        ...stands,
        ...(immutable === undefined ? {} : { immutable: await second.immutability(immutable) }),
      };
      shell.out(
        render(options.output, {
          table: () =>
            [
              `${styled(shell.terminal, "bold", state.kind)}: ${shown(state.words)}`,
              ...(state.immutable === undefined
                ? []
                : [
                    `${styled(shell.terminal, "bold", `not to be changed, ${state.immutable.kind}`)}: ${shown(state.immutable.words)}`,
                  ]),
              ...(state.newest.length === 0
                ? []
                : [
                    table(
                      shell.terminal,
                      ["store", "newest there", "taken"],
                      state.newest.map(({ store, id, takenAt }) => [store, id, moment(takenAt as Instant)]),
                    ),
                  ]),
            ].join("\n"),
          json: () => asJson(state),
          yaml: () => asYaml(state),
          jsonl: () => `${JSON.stringify({ kind: "stands", second: state })}\n`,
        }),
      );
      exit(state.kind === "current" || state.kind === "arriving" ? 0 : 2);
    });
}

/** What is no number would make nothing late. */
function hours(written: string): number {
  if (!/^\d{1,5}(?:\.\d+)?$/.test(written)) throw new InvalidArgumentError("give hours, such as 24");
  return Number(written);
}
