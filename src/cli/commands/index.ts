import type { Command } from "commander";
import type { ExitCode, Shell } from "../shell.ts";

type Build = (shell: Shell, exit: (code: ExitCode) => void) => Command;

/** Every verb and how to load it: a run loads only the one it was asked for, so that it starts fast. */
export const commands: Readonly<Record<string, () => Promise<Build>>> = {
  audit: async () => (await import("./audit.ts")).auditCommand,
  init: async () => (await import("./init.ts")).initCommand,
  explain: async () => (await import("./explain.ts")).explainCommand,
  why: async () => (await import("./why.ts")).whyCommand,
  inventory: async () => (await import("./inventory.ts")).inventoryCommand,
};
