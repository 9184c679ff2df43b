import type { Command } from "commander";
import type { ExitCode, Shell } from "../shell.ts";

type Build<T> = (shell: Shell, exit: (code: ExitCode) => void) => T;

/** The first words of the verbs that ask a server. */
export const nouns = [
  "status",
  "me",
  "overview",
  "guide",
  "environment",
  "event",
  "search",
  "settings",
  "secret",
  "token",
  "emergency",
  "finding",
  "component",
  "pin",
  "source",
  "repository",
  "calendar",
  "duty",
  "work",
  "journal",
  "notice",
  "incident",
  "procedure",
  "run",
  "observation",
  "series",
  "health",
  "metric",
  "release",
  "forge",
  "document",
  "drift",
  "application",
  "certificate",
  "workload",
  "cluster",
  "backup",
  "receipt",
] as const;

/** A noun's verbs, beside those that it has without a server. */
export function remoteCommand(
  noun: string,
  local?: () => Promise<Build<Command>>,
): () => Promise<Build<Promise<Command>>> {
  return async () => {
    const { addVerbs, nounCommand } = await import("../client/command.ts");
    const build = await local?.();
    return async (shell, exit) => {
      const command = build?.(shell, exit) ?? nounCommand(noun);
      const verbs = await shell.verbs();
      const own = verbs.filter(({ words }) => words[0] === noun);
      addVerbs(command, own, shell, exit);
      return command;
    };
  };
}
