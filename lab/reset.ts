import { existsSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { InputError, messageOf } from "../src/kernel/errors.ts";
import { endDatabase } from "./control-plane.ts";
import { endLeftBehind } from "./servers/children.ts";
import { readState, runningMain } from "./state.ts";

/** `millwright lab reset`: says what a lab's folder holds, and with `--yes` deletes it. Another folder is never deleted. */
async function reset(data: string, yes: boolean): Promise<number> {
  if (!existsSync(data)) {
    process.stdout.write(`There is no lab in ${data}.\n`);
    return 0;
  }
  if (!existsSync(join(data, "state.json")))
    throw new InputError(`${data} is no lab's folder: it has no state.json. Nothing was deleted.`);
  if (runningMain(data) !== undefined)
    throw new InputError(`The lab in ${data} runs. End it first: millwright lab stop --data ${data}`);
  const names = readdirSync(data).toSorted();
  process.stdout.write(
    `${yes ? "Deleting" : "This would be deleted"} in ${data}:\n${names.map((name) => `  ${name}\n`).join("")}`,
  );
  if (!yes) {
    process.stdout.write("Do it with --yes.\n");
    return 1;
  }
  await endLeftBehind(readState(data)?.processes ?? []);
  await endDatabase(join(data, "control", "data"));
  rmSync(data, { recursive: true, force: true, maxRetries: 5 });
  process.stdout.write("Done. npm start makes a new one.\n");
  return 0;
}

try {
  const { values } = parseArgs({
    options: {
      data: { type: "string", default: join(import.meta.dirname, "..", ".lab") },
      yes: { type: "boolean", default: false },
    },
  });
  process.exitCode = await reset(resolve(values.data), values.yes);
} catch (thrown) {
  process.stderr.write(`${messageOf(thrown)}\n`);
  process.exitCode = 1;
}
