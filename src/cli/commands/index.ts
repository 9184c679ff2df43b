import type { Command } from "commander";
import type { ExitCode, Shell } from "../shell.ts";
import { nouns, remoteCommand } from "./remote.ts";

type Build = (shell: Shell, exit: (code: ExitCode) => void) => Command | Promise<Command>;

/** Every verb and how to load it: a run loads only the one it was asked for, so that it starts fast. */
export const commands: Readonly<Record<string, () => Promise<Build>>> = {
  init: async () => (await import("./init.ts")).initCommand,
  audit: async () => (await import("./audit.ts")).auditCommand,
  inventory: async () => (await import("./inventory.ts")).inventoryCommand,
  outdated: async () => (await import("./outdated.ts")).outdatedCommand,
  fix: async () => (await import("./fix.ts")).fixCommand,
  upgrade: async () => (await import("./upgrade.ts")).upgradeCommand,
  matrix: async () => (await import("./matrix.ts")).matrixCommand,
  graph: async () => (await import("./graph.ts")).graphCommand,
  explain: async () => (await import("./explain.ts")).explainCommand,
  simulate: async () => (await import("./simulate.ts")).simulateCommand,
  windows: async () => (await import("./calendar-windows.ts")).windowsCommand,
  why: async () => (await import("./why.ts")).whyCommand,
  scaffold: async () => (await import("./scaffold.ts")).scaffoldCommand,
  assess: async () => (await import("./assess.ts")).assessCommand,
  doctor: async () => (await import("./doctor.ts")).doctorCommand,
  ...Object.fromEntries(nouns.map((noun) => [noun, remoteCommand(noun)])),
  backup: remoteCommand("backup", async () => (await import("./backup.ts")).backupCommand),
  receipt: remoteCommand("receipt", async () => (await import("./receipt.ts")).receiptCommand),
  journal: remoteCommand("journal", async () => (await import("./journal-verify.ts")).journalCommand),
  serve: async () => (await import("./serve.ts")).serveCommand,
  lab: async () => (await import("./lab.ts")).labCommand,
  guides: async () => (await import("./guides.ts")).guidesCommand,
};
