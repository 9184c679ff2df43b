import { Command } from "commander";
import { refuseAborted } from "../../backups/parts.ts";
import { lacksIn } from "../../backups/repository/lacks.ts";
import type { Repository } from "../../backups/repository/restic.ts";
import { InputError, messageOf, SystemError } from "../../kernel/errors.ts";
import { shown } from "../../reports/table.ts";
import { interruptible, type PlaceOptions, placeOf, withPlace } from "../backup-places.ts";
import { followTo } from "../backup-progress.ts";
import { asJson, asYaml, outputOption, render } from "../output.ts";
import type { ExitCode, Shell } from "../shell.ts";

interface CheckOptions extends PlaceOptions {
  readonly output: string;
  readonly readData?: boolean;
  readonly quiet?: boolean;
}

/** `millwright backup check` */
export function checkCommand(shell: Shell, exit: (code: ExitCode) => void): Command {
  return withPlace(new Command("check"))
    .description(
      "Hold the repository's files against each other, and the packs that are there against those that backups name",
    )
    .option("--read-data", "read every byte of it: finds any damage, and takes as long as it is large")
    .option("--quiet", "say nothing of the progress")
    .addOption(outputOption(["table", "json", "yaml", "jsonl"]))
    .action(async (options: CheckOptions) => {
      const binding = await shell.backups();
      const { repository } = await placeOf(shell, binding, options);
      const wrong = await interruptible(binding, (signal) => wrongWith(repository, options, shell, signal));
      shell.out(
        render(options.output, {
          table: () =>
            wrong.length === 0
              ? "No damage was found.\n"
              : `The repository is damaged:\n${wrong.map((words) => `  ${shown(words)}\n`).join("")}`,
          json: () => asJson({ damage: wrong }),
          yaml: () => asYaml({ damage: wrong }),
          jsonl: () => `${JSON.stringify({ kind: "checked", damage: wrong })}\n`,
        }),
      );
      exit(wrong.length === 0 ? 0 : 2);
    });
}

/** By restic, and by what manifests name: a snapshot that somebody removed is nothing to restic. */
async function wrongWith(
  repository: Repository,
  options: CheckOptions,
  shell: Shell,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const damage = await damageIn(repository, options, shell, signal);
  // What it says that was killed is of no repository.
  refuseAborted(signal, "the check was broken off; it says nothing of the repository");
  try {
    return [...damage, ...(await lacksIn(repository))];
  } catch (thrown) {
    // What is damaged may be why manifests cannot be asked.
    if (damage.length === 0 || !(thrown instanceof InputError || thrown instanceof SystemError)) throw thrown;
    return [...damage, `which packs are gone could not be asked: ${messageOf(thrown)}`];
  }
}

async function damageIn(
  repository: Repository,
  options: CheckOptions,
  shell: Shell,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const followed = followTo({ shell, options }, "check")({});
  if (options.readData === true) followed.phase("reading every byte");
  try {
    return await repository.check(options.readData === true, signal, (percent) => followed.reached(percent));
  } finally {
    followed.end();
  }
}
