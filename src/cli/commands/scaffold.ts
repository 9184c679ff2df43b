import { join } from "node:path";
import { Command } from "commander";
import { counted } from "../../kernel/count.ts";
import { InputError } from "../../kernel/errors.ts";
import { folderOf } from "../platform.ts";
import type { ExitCode, Shell } from "../shell.ts";

/** `millwright scaffold DIR` */
export function scaffoldCommand(shell: Shell, exit: (code: ExitCode) => void): Command {
  return new Command("scaffold")
    .description(
      "Write a maintained repository in the guides' shape; what the audit finds in it is suppressed with a reason",
    )
    .argument("<dir>", "a new or empty folder")
    .option("--list", "only list what would be written")
    .action(async (dir: string, options: { readonly list?: boolean }) => {
      const folder = folderOf(shell, dir);
      const files = await shell.kit();
      if (options.list === true) {
        shell.out(files.map(({ path }) => `${join(dir, path)}\n`).join(""));
        return exit(0);
      }
      const present = await presentFiles(
        folder,
        files.map(({ path }) => path),
        shell,
      );
      if (present.length > 0) {
        throw new InputError(
          `${dir} holds ${present.slice(0, 5).join(", ")}${present.length > 5 ? ` and ${present.length - 5} more` : ""} already; nothing was written. Name a new folder.`,
        );
      }
      for (const { path, text, executable } of files) await shell.writeText(join(folder, path), text, { executable });
      shell.out(
        `Wrote ${counted(files.length, "file")} to ${dir}. Next: read ${join(dir, "README.md")}, then millwright audit ${dir}\n`,
      );
      exit(0);
    });
}

async function presentFiles(folder: string, paths: readonly string[], shell: Shell): Promise<readonly string[]> {
  const found = await Promise.all(
    paths.map(async (path) => ((await shell.readText(join(folder, path))) === undefined ? [] : [path])),
  );
  return found.flat();
}
