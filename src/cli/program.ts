import { Command, CommanderError } from "commander";
import { InputError, messageOf, SystemError } from "../kernel/errors.ts";
import { commands } from "./commands/index.ts";
import { dashedWords, guarded, unguard, unguarded } from "./dashed-text.ts";
import { loadFormat } from "./output.ts";
import type { ExitCode, Shell } from "./shell.ts";
import { version } from "./version.ts";

/** Runs `millwright` with its arguments (the program's own name left out) and says how it ended; throws nothing. */
export async function run(args: readonly string[], shell: Shell): Promise<ExitCode> {
  let code: ExitCode = 0;
  const program = new Command("millwright")
    .description("Keeps an ML platform running: sees what is due, carries it out safely, and proves it.")
    .version(version, "-V, --version")
    .showHelpAfterError("Run with --help to see what is possible.")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => shell.out(text),
      writeErr: (text) => shell.err(unguarded(text)),
      getOutHelpWidth: () => shell.terminal.columns ?? 100,
      getOutHasColors: () => shell.terminal.colour,
    });
  program.hook("preAction", (_, command) => {
    unguard(command);
    return loadFormat(command.opts()["output"]);
  });
  const exit = (asked: ExitCode): void => {
    code = asked;
  };
  try {
    const asked = commands[args[0] ?? ""];
    const wanted = asked === undefined ? Object.values(commands) : [asked];
    for (const load of wanted) program.addCommand(withSettingsOf(program, await (await load())(shell, exit)));
    await program.parseAsync(guarded(args), { from: "user" });
    return code;
  } catch (thrown) {
    return failed(thrown, shell);
  }
}

/** A command that exits and prints as its parent does, and its own commands with it. */
function withSettingsOf(parent: Command, command: Command): Command {
  command.copyInheritedSettings(parent);
  for (const own of command.commands) withSettingsOf(command, own);
  return command;
}

/** A user's mistake and a refusal from outside are told in words; our own bug shows where it is. */
function failed(thrown: unknown, shell: Shell): ExitCode {
  if (thrown instanceof CommanderError) {
    const more = dashedWords(thrown.message);
    if (more !== undefined) shell.err(more);
    return thrown.exitCode === 0 ? 0 : 1;
  }
  if (thrown instanceof InputError || thrown instanceof SystemError) {
    shell.err(`millwright: ${thrown.message}\n`);
    return 1;
  }
  const where = thrown instanceof Error ? (thrown.stack ?? thrown.message) : messageOf(thrown);
  shell.err(`millwright: this is a bug of ours, please report it:\n${where}\n`);
  return 1;
}
