import { Command } from "commander";
import { type Evidence, gather } from "../../findings/audit.ts";
import { ownRepositories, repositoryKey } from "../../findings/rules/deployed.ts";
import { type FixPlan, type FixSources, planFixes } from "../../inventory/fix.ts";
import { type FixedFiles, fixFiles } from "../../inventory/fix-files.ts";
import { isWritable } from "../../inventory/write-text.ts";
import { InputError } from "../../kernel/errors.ts";
import type { Tree } from "../../kernel/ports.ts";
import type { Pin } from "../../platform/pin.ts";
import { fixAsDiff, fixAsText } from "../../reports/fix.ts";
import { carryOut } from "../carry-out.ts";
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
      const evidence = await gather({ tree, config, systems: shell.systems, rules: [], now: shell.clock.now() });
      const { repository } = evidence;
      const pins = chosen(evidence, options);
      const planned = planFixes(pins, repository.pins, await sourcesOf(options, pins, shell));
      const fixed = await filesOf(planned, tree);
      const refused = new Set(fixed.unknown.map(({ pin }) => pin));
      const plan = { ...planned, edits: planned.edits.filter(({ pin }) => !refused.has(pin)) };
      const unknown = plan.unknown.length + fixed.unknown.length;
      const done = await carryOut({ where, files: fixed.files, unknown, repository, options, shell });
      shell.out(rendered(plan, done.again ? { ...fixed, files: [] } : fixed, done.sentence, options, shell));
      exit(done.code);
    });
}

function chosen({ repository, facts }: Evidence, options: Options): readonly Pin[] {
  const isNamed = (options.pin ?? options.name) !== undefined;
  if (options.to !== undefined && !isNamed) {
    throw new InputError("--to writes one version: say of what, with --name or --pin.");
  }
  const own = ownRepositories(facts);
  const named = repository.pins.filter(
    (pin) =>
      (options.pin === undefined || options.pin.includes(pin.id)) &&
      (options.name === undefined || options.name.includes(pin.name)) &&
      (options.environment === undefined || pin.environment === options.environment) &&
      // This very repository may follow a branch, unless it is asked for by name.
      (isNamed || pin.kind !== "git" || !own.has(repositoryKey(pin.name))),
  );
  if (named.length === 0 && isNamed) {
    throw new InputError("No pin is called so. 'millwright inventory' lists names, with -o json also ids.");
  }
  checkVersion(options.to, named);
  return named;
}

function checkVersion(to: string | undefined, pins: readonly Pin[]): void {
  const unfit = pins.find(({ kind }) => to !== undefined && !isWritable(kind, to));
  if (unfit === undefined) return;
  throw new InputError(
    `--to ${JSON.stringify(to)} is no exact version of ${unfit.kind} ${unfit.name}: name one release, without operators or blanks.`,
  );
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
