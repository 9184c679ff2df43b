import { join } from "node:path";
import { Command } from "commander";
import { type FixPlan, type FixSources, planFixes } from "../../inventory/fix.ts";
import { commitsFor } from "../../inventory/fix-commits.ts";
import { type FileFix, type FixedFiles, fixFiles } from "../../inventory/fix-files.ts";
import { commitInWorktree, commitOnBranch } from "../../inventory/fix-git.ts";
import { readers } from "../../inventory/readers/index.ts";
import { type Repository, readRepository } from "../../inventory/repository.ts";
import { InputError } from "../../kernel/errors.ts";
import type { Tree } from "../../kernel/ports.ts";
import type { Pin } from "../../platform/pin.ts";
import { fixAsDiff, fixAsText } from "../../reports/fix.ts";
import { asJson, outputOption, render } from "../output.ts";
import { configOf, folderOf } from "../platform.ts";
import { releasesKnown } from "../releases-known.ts";
import type { ExitCode, Shell } from "../shell.ts";

interface Options {
  readonly output: string;
  readonly diff?: boolean;
  readonly write?: boolean;
  readonly commit?: boolean;
  readonly branch?: string;
  readonly to?: string;
  readonly digest?: string;
  readonly pin?: readonly string[];
  readonly name?: readonly string[];
  readonly environment?: string;
}

/** `millwright fix [DIR]` */
export function fixCommand(shell: Shell, exit: (code: ExitCode) => void): Command {
  return new Command("fix")
    .description("Write exact versions where they stand, touching nothing else")
    .argument("[dir]", "folder to fix", ".")
    .option("--diff", "only show what would change (this is the default)")
    .option("--write", "write the files")
    .option("--commit", "write and commit them, one commit for each component")
    .option("--branch <name>", "put those commits on a new branch from HEAD, leaving the working tree as it is")
    .option("--to <version>", "the version to write, for the pins named by --pin or --name")
    .option("--digest <digest>", "with --to: what an image's version holds, sha256:…")
    .option("--pin <id...>", "only these pins, by id")
    .option("--name <name...>", "only pins of these names: an image, a chart, a repository")
    .option("--environment <name>", "only pins of this environment")
    .addOption(outputOption(["diff", "table", "json"]))
    .action(async (folder: string, options: Options) => {
      const where = folderOf(shell, folder);
      const config = await configOf(shell, folder);
      const tree = options.branch === undefined ? shell.openFolder(where) : await shell.openRevision(where, "HEAD");
      const repository = await readRepository(tree, { config, readers, systems: shell.systems });
      const pins = chosen(repository.pins, options);
      const plan = planFixes(pins, repository.pins, await sourcesOf(options, pins, shell));
      const fixed = await filesOf(plan, tree);
      const done = await carryOut(where, fixed.files, repository, options, shell);
      shell.out(rendered(plan, fixed, done, options, shell));
      exit(0);
    });
}

function chosen(pins: readonly Pin[], options: Options): readonly Pin[] {
  const named = pins.filter(
    (pin) =>
      (options.pin === undefined || options.pin.includes(pin.id)) &&
      (options.name === undefined || options.name.includes(pin.name)) &&
      (options.environment === undefined || pin.environment === options.environment),
  );
  if (options.to !== undefined && options.pin === undefined && options.name === undefined) {
    throw new InputError("--to writes one version: say of what, with --name or --pin.");
  }
  if (named.length === 0 && (options.pin ?? options.name) !== undefined) {
    throw new InputError("No pin is called so. 'millwright inventory' lists names, with -o json also ids.");
  }
  return named;
}

/** `--to`, else the releases learnt earlier: nothing is asked of the network here. */
async function sourcesOf(options: Options, pins: readonly Pin[], shell: Shell): Promise<FixSources> {
  if (options.to === undefined) return releasesKnown(pins, shell);
  return {
    to: options.digest === undefined ? { version: options.to } : { version: options.to, digest: options.digest },
  };
}

async function filesOf(plan: FixPlan, tree: Tree): Promise<FixedFiles> {
  const wanted = new Set(plan.edits.map(({ pin }) => pin.file));
  const entries = (await tree.list()).files.filter(({ path }) => wanted.has(path));
  const contents = await tree.read(entries);
  const read = entries.flatMap(({ path }, index) => {
    const content = contents[index];
    return content instanceof Uint8Array ? [[path, content] as const] : [];
  });
  return fixFiles(plan.edits, new Map(read));
}

/** What was done, in a sentence; nothing for a mere diff. */
async function carryOut(
  folder: string,
  files: readonly FileFix[],
  repository: Repository,
  options: Options,
  shell: Shell,
): Promise<string> {
  if (files.length === 0) return "";
  const write = (file: string, bytes: Uint8Array): Promise<void> => shell.writeBytes(join(folder, file), bytes);
  if (options.branch !== undefined) {
    const indexFile = await shell.temporaryFile("index");
    try {
      const commits = commitsFor(files, repository.components);
      const made = await commitOnBranch(shell.git(folder), commits, {
        branch: options.branch,
        base: "HEAD",
        indexFile,
      });
      return `Branch ${made.branch}: ${made.commits.length} commits.`;
    } finally {
      await shell.removeFile(indexFile);
    }
  }
  if (options.commit === true) {
    const made = await commitInWorktree(shell.git(folder), commitsFor(files, repository.components), write);
    return `Made ${made.length} commits.`;
  }
  if (options.write !== true) return "";
  for (const { file, after } of files) await write(file, after);
  return `Wrote ${files.length} files.`;
}

function rendered(plan: FixPlan, fixed: FixedFiles, done: string, options: Options, shell: Shell): string {
  return render(options.output, {
    diff: () => fixAsDiff(plan, fixed, done, shell.terminal),
    table: () => fixAsText(plan, fixed, done, shell.terminal),
    json: () =>
      asJson({
        schema: "millwright/fix/1",
        edits: plan.edits.map(({ pin, from, to, because }) => ({
          pin: pin.id,
          file: pin.file,
          line: pin.line,
          name: pin.name,
          from,
          ...to,
          because,
        })),
        unknown: [...plan.unknown, ...fixed.unknown].map(({ pin, why, howToLearn }) => ({
          pin: pin.id,
          file: pin.file,
          line: pin.line,
          name: pin.name,
          why,
          howToLearn,
        })),
        done,
      }),
  });
}
