import { basename, join } from "node:path";
import { Command } from "commander";
import * as z from "zod";
import { readers } from "../../inventory/readers/index.ts";
import { readRepository } from "../../inventory/repository.ts";
import { counted } from "../../kernel/count.ts";
import { InputError, messageOf, SystemError } from "../../kernel/errors.ts";
import { defaultConfig, platformFile } from "../../platform/config.ts";
import type { Component } from "../../platform/pin.ts";
import { type Proposal, proposePlatform, type Sight } from "../../platform/propose.ts";
import { PlatformConfig } from "../../platform/schema.ts";
import { platformFileText } from "../../reports/platform-file.ts";
import { shown, table } from "../../reports/table.ts";
import { folderOf } from "../platform.ts";
import type { ExitCode, Shell } from "../shell.ts";

/** The file that editors check `millwright.yaml` with, written beside it. */
const schemaFile = "millwright.schema.json";

/** `millwright init [DIR...]` */
export function initCommand(shell: Shell, exit: (code: ExitCode) => void): Command {
  return new Command("init")
    .description("Look at a repository, say what was recognised, and write millwright.yaml")
    .argument("[dirs...]", "the repository; further ones it is made of may follow")
    .option("--force", "replace a millwright.yaml that is there")
    .option("--stdout", "print the file instead of writing it")
    .action(async (dirs: readonly string[], options: { readonly force?: boolean; readonly stdout?: boolean }) => {
      const folders = (dirs.length === 0 ? ["."] : dirs).map((dir) => folderOf(shell, dir));
      const home = folders[0] ?? shell.cwd;
      const sights: Sight[] = [];
      for (const folder of folders) sights.push(await look(folder, shell));
      const sight = combined(sights);
      const proposal = proposePlatform(sight);
      const others = await Promise.all(
        folders.slice(1).map(async (folder) => ({ name: nameOf(folder), url: await remoteOf(folder, shell) })),
      );
      const text = platformFileText(nameOf(home), proposal, others);
      if (options.stdout === true) shell.out(text);
      else {
        const wrote = await write(home, text, options.force === true, shell);
        shell.out(`${recognised(proposal, afterwards(sight.components, proposal), shell)}\n${wrote}`);
      }
      exit(0);
    });
}

async function look(folder: string, shell: Shell): Promise<Sight> {
  const repository = await readRepository(shell.openFolder(folder), {
    config: defaultConfig,
    readers,
    systems: shell.systems,
  });
  return {
    files: [...new Set(repository.pins.map((pin) => pin.file))],
    components: repository.components,
    branches: await branchesOf(folder, shell),
  };
}

function combined(sights: readonly Sight[]): Sight {
  const [home] = sights;
  return {
    files: home?.files ?? [],
    branches: home?.branches ?? [],
    components: sights.flatMap((sight) => sight.components),
  };
}

/** Components as the inventory shows them with the new file: one environment over everything holds them all. */
function afterwards(components: readonly Component[], { environments }: Proposal): readonly Component[] {
  const whole = environments.find(({ paths }) => paths.includes("."));
  return whole === undefined ? components : components.map((component) => ({ ...component, environment: whole.name }));
}

async function branchesOf(folder: string, shell: Shell): Promise<readonly string[]> {
  const listing = await orNothing(
    shell.git(folder).run(["for-each-ref", "--format=%(refname)", "refs/heads", "refs/remotes"]),
  );
  const names = listing.split("\n").filter((line) => line !== "");
  return [...new Set(names.map((name) => name.replace(/^refs\/heads\//, "").replace(/^refs\/remotes\/[^/]+\//, "")))];
}

/** The address a repository is cloned from, without credentials; its folder's name where it has none. */
async function remoteOf(folder: string, shell: Shell): Promise<string> {
  const url = (await orNothing(shell.git(folder).run(["config", "--get", "remote.origin.url"]))).trim();
  return url === "" ? basename(folder) : url.replace(/^(\w+:\/\/)[^/@]*@/, "$1");
}

/** Git's answer; nothing where the folder is not a repository. */
async function orNothing(answer: Promise<string>): Promise<string> {
  try {
    return await answer;
  } catch (thrown) {
    if (thrown instanceof SystemError || thrown instanceof InputError) return "";
    throw new Error(`git could not be asked: ${messageOf(thrown)}`, { cause: thrown });
  }
}

function nameOf(folder: string): string {
  return (
    basename(folder)
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, "-")
      .replace(/^-+|-+$/g, "") || "platform"
  );
}

async function write(home: string, text: string, force: boolean, shell: Shell): Promise<string> {
  const file = join(home, platformFile);
  if (!force && (await shell.readText(file)) !== undefined) {
    throw new InputError(
      `${file} is there already. Compare with 'millwright init --stdout', or replace it with --force.`,
    );
  }
  await shell.writeText(file, text);
  await shell.writeText(join(home, schemaFile), `${JSON.stringify(platformSchema(), undefined, 2)}\n`);
  return `Wrote ${file} and ${schemaFile} beside it. Next: millwright audit\n`;
}

function recognised(proposal: Proposal, components: readonly Component[], shell: Shell): string {
  const environments = proposal.environments.map(({ name, ref, paths }) => [name, shown(placeOf(ref, paths))]);
  const rows = components.map(({ name, system, environment }) => [name, system ?? "-", environment ?? "-"].map(shown));
  return [
    table(shell.terminal, ["environment", "where"], environments),
    "",
    rows.length === 0
      ? "No component was recognised; add what runs to the file."
      : table(shell.terminal, ["component", "system", "environment"], rows),
    ...leftOpen(components),
    "",
  ].join("\n");
}

/** What tells that something belongs to an environment. */
function placeOf(ref: string | undefined, paths: readonly string[]): string {
  if (paths.includes(".")) return "everything";
  const places = [...(ref === undefined ? [] : [`branch ${ref}`]), ...paths];
  return places.join(", ") || "no path: told by the names of its components";
}

/** What the written file does not say, and why. */
function leftOpen(components: readonly Component[]): readonly string[] {
  const unknown = components.filter(({ system }) => system === null).length;
  const nowhere = components.filter(({ environment }) => environment === null).length;
  return [
    ...(unknown === 0
      ? []
      : [
          `${counted(unknown, "component")} of no known system: the file does not list ${unknown === 1 ? "it" : "them"}, the inventory goes on finding ${unknown === 1 ? "it" : "them"}.`,
        ]),
    ...(nowhere === 0
      ? []
      : [
          `${counted(nowhere, "component")} of no environment: no folder and no name tells one. Give the environment its paths in the file.`,
        ]),
  ];
}

/** The JSON Schema of `millwright.yaml`. */
export function platformSchema(): object {
  return { ...z.toJSONSchema(PlatformConfig, { io: "input" }), title: "millwright.yaml" };
}
