import { Command } from "commander";
import { readers } from "../../inventory/readers/index.ts";
import { inventoryOf, readRepository } from "../../inventory/repository.ts";
import type { Inventory, Pin } from "../../platform/pin.ts";
import { inventoryAsMarkdown, inventoryAsText } from "../../reports/inventory.ts";
import { asJson, asYaml, outputOption, render } from "../output.ts";
import { configOf, folderOf } from "../platform.ts";
import type { ExitCode, Shell } from "../shell.ts";

interface Options {
  readonly output: string;
  readonly ref?: readonly string[];
}

/** `millwright inventory [DIR]` */
export function inventoryCommand(shell: Shell, exit: (code: ExitCode) => void): Command {
  return new Command("inventory")
    .description("List every place that fixes a version, and the components they deploy")
    .argument("[dir]", "folder to read", ".")
    .addOption(outputOption(["table", "json", "yaml", "markdown"]))
    .option("--ref <revision...>", "read these Git revisions instead of the working tree, without a checkout")
    .action(async (folder: string, options: Options) => {
      const config = await configOf(shell, folder);
      const where = folderOf(shell, folder);
      const inventories: Inventory[] = [];
      for (const revision of options.ref ?? [undefined]) {
        const tree = revision === undefined ? shell.openFolder(where) : await shell.openRevision(where, revision);
        const cache = revision === undefined ? shell.readingCache(where) : undefined;
        const sources = { config, readers, systems: shell.systems };
        inventories.push(
          inventoryOf(await readRepository(tree, cache === undefined ? sources : { ...sources, cache })),
        );
      }
      const inventory = options.ref === undefined ? inventories[0] : merged(options.ref, inventories);
      if (inventory === undefined) return;
      shell.out(
        render(options.output, {
          table: () => inventoryAsText(inventory, shell.terminal),
          json: () => asJson(inventory),
          yaml: () => asYaml(inventory),
          markdown: () => inventoryAsMarkdown(inventory),
        }),
      );
      exit(0);
    });
}

/** Several revisions as one inventory: files carry their revision, as Git writes it: `v1:apps/gitlab.yaml`. */
function merged(revisions: readonly string[], inventories: readonly Inventory[]): Inventory | undefined {
  if (inventories.length === 1) return inventories[0];
  const named = inventories.map((inventory, index) => ({ inventory, prefix: `${revisions[index] ?? ""}:` }));
  return {
    schema: "millwright/inventory/1",
    files: {
      read: inventories.reduce((sum, inventory) => sum + inventory.files.read, 0),
      skipped: named.flatMap(({ inventory, prefix }) =>
        inventory.files.skipped.map((entry) => ({ ...entry, file: prefix + entry.file })),
      ),
    },
    pins: named.flatMap(({ inventory, prefix }) =>
      inventory.pins.map((pin): Pin => ({ ...pin, file: prefix + pin.file, id: `${prefix}${pin.id}` })),
    ),
    components: named.flatMap(({ inventory, prefix }) =>
      inventory.components.map((component) => ({ ...component, pins: component.pins.map((id) => prefix + id) })),
    ),
  };
}
