import { join } from "node:path";
import { Command } from "commander";
import * as z from "zod";
import { InputError, SystemError } from "../../kernel/errors.ts";
import { asJson, outputOption, render } from "../output.ts";
import { folderOf } from "../platform.ts";
import type { ExitCode, Shell } from "../shell.ts";

const State = z.object({ ports: z.record(z.string(), z.number()), main: z.object({ pid: z.number() }).optional() });

const Applied = z.object({
  fault: z.string(),
  target: z.string(),
  seed: z.number(),
  at: z.string(),
  note: z.string().optional(),
});
const Status = z.object({
  console: z.string(),
  objectStore: z.string(),
  processes: z.record(z.string(), z.number()),
  environments: z.array(
    z.object({ name: z.string(), gitlab: z.string(), version: z.string(), postgresql: z.string(), redis: z.string() }),
  ),
  faults: z.array(z.object({ id: z.string(), title: z.string(), really: z.string(), targets: z.array(z.string()) })),
  applied: z.array(Applied),
});
const Refusal = z.object({ error: z.string() });

interface Data {
  readonly data: string;
}

const usualData = ".lab";
const startMillis = 300_000;
const stopMillis = 90_000;
const stepMillis = 500;

/** `millwright lab …`: the miniature platform of a checkout. */
export function labCommand(shell: Shell, exit: (code: ExitCode) => void): Command {
  const lab = new Command("lab").description(
    "A miniature platform in three environments, with faults to try (docs/lab.md)",
  );
  lab.addCommand(startCommand(shell, exit));
  lab.addCommand(
    withData("stop", "End the lab; its data stays").action(async ({ data }: Data) => {
      await ask(shell, data, "POST", "/api/stop", {});
      await until(
        shell,
        stopMillis,
        async () => (await stateOf(shell, data))?.main === undefined,
        "the lab did not end",
      );
      shell.out("The lab has ended.\n");
    }),
  );
  lab.addCommand(
    withData("reset", "Delete the lab's data; says what first")
      .option("--yes", "delete it without asking again")
      .action(async ({ data, yes }: Data & { readonly yes?: boolean }) => {
        const args = ["--data", folderOf(shell, data), ...(yes === true ? ["--yes"] : [])];
        exit(codeOf(await shell.runLab("reset", args, undefined)));
      }),
  );
  lab.addCommand(
    withData("status", "How the lab stands")
      .addOption(outputOption(["table", "json"]))
      .action(async ({ data, output }: Data & { readonly output: string }) => {
        const status = Status.loose().parse(await ask(shell, data, "GET", "/api/status"));
        shell.out(render(output, { table: () => statusText(status), json: () => asJson(status) }));
      }),
  );
  return lab.addCommand(faultCommand(shell));
}

function withData(name: string, description: string): Command {
  return new Command(name).description(description).option("--data <dir>", "the lab's folder", usualData);
}

function startCommand(shell: Shell, exit: (code: ExitCode) => void): Command {
  return withData("start", "Start the lab, until Ctrl-C")
    .option("--detach", "leave it running, and come back when it is there")
    .option("--ports <how>", "usual: 8420 and those after it where they are free; any", "usual")
    .action(async ({ data, detach, ports }: Data & { readonly detach?: boolean; readonly ports: string }) => {
      const args = ["--data", folderOf(shell, data), "--ports", ports];
      if (detach !== true) return exit(codeOf(await shell.runLab("start", args, undefined)));
      const log = join(folderOf(shell, data), "logs", "lab.log");
      codeOf(await shell.runLab("start", args, log));
      await until(shell, startMillis, () => answers(shell, data), `the lab did not start; it says why in ${log}`);
      const status = Status.parse(await ask(shell, data, "GET", "/api/status"));
      shell.out(
        `The lab is there: ${status.console}\nLogins and the panel: ${log}\nIt ends with: millwright lab stop\n`,
      );
    });
}

function faultCommand(shell: Shell): Command {
  const fault = new Command("fault").description("What can go wrong, and what has");
  fault.addCommand(
    withData("list", "Every fault, with what it can be done to")
      .addOption(outputOption(["table", "json"]))
      .action(async ({ data, output }: Data & { readonly output: string }) => {
        const { faults, applied } = Status.parse(await ask(shell, data, "GET", "/api/status"));
        shell.out(
          render(output, { table: () => faultsText(faults, applied), json: () => asJson({ faults, applied }) }),
        );
      }),
  );
  fault.addCommand(
    withData("apply", "Do it")
      .argument("<id>")
      .option("--target <target>", "what to do it to; the first possible one when left out")
      .option("--seed <number>", "the same seed breaks the same", "1")
      .action(
        async (id: string, { data, target, seed }: Data & { readonly target?: string; readonly seed: string }) => {
          const done = Applied.parse(await ask(shell, data, "POST", "/api/faults", { id, target, seed }));
          shell.out(
            `${done.fault} was done to ${done.target} (seed ${done.seed})${done.note === undefined ? "" : `: ${done.note}`}.\nMend it: millwright lab fault mend ${done.fault} --target ${done.target}\n`,
          );
        },
      ),
  );
  return fault.addCommand(
    withData("mend", "Bring a target back")
      .argument("<id>")
      .option("--target <target>", "the first possible one when left out")
      .action(async (id: string, { data, target }: Data & { readonly target?: string }) => {
        const { mended } = z
          .object({ mended: z.string() })
          .parse(await ask(shell, data, "POST", "/api/mend", { id, target }));
        shell.out(`${mended} is as it was.\n`);
      }),
  );
}

function codeOf(code: number | undefined): ExitCode {
  if (code === undefined)
    throw new InputError(
      "The lab comes with the checkout, not with this package: clone Millwright's repository, then npm ci && npm start.",
    );
  return code === 0 ? 0 : 1;
}

async function stateOf(shell: Shell, data: string): Promise<z.infer<typeof State> | undefined> {
  const text = await shell.readText(join(folderOf(shell, data), "state.json"));
  return text === undefined ? undefined : State.parse(JSON.parse(text));
}

/** Asks the running lab. Throws `InputError` when none runs, and with the lab's words when it refuses. */
async function ask(
  shell: Shell,
  data: string,
  method: "GET" | "POST",
  path: string,
  body?: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const state = await stateOf(shell, data);
  const token = await shell.readPrivate(join(folderOf(shell, data), "secrets", "panel"));
  const port = state?.ports["panel"];
  if (state?.main === undefined || port === undefined || token === undefined)
    throw new InputError(
      `No lab runs in ${folderOf(shell, data)}. Start one: npm start, or millwright lab start --detach`,
    );
  const url = `http://127.0.0.1:${port}${path}`;
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const reply = await shell.http
    .fetch(url, { method, headers, timeoutMs: 60_000, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    .catch((cause: unknown) => {
      throw new InputError(
        `The lab in ${folderOf(shell, data)} does not answer at ${url}: it is starting, or it was killed. npm start begins it again`,
        { cause },
      );
    });
  const answer: unknown = reply.body === "" ? {} : JSON.parse(reply.body);
  if (reply.status < 300) return answer;
  const refusal = Refusal.safeParse(answer);
  throw new InputError(refusal.success ? refusal.data.error : `The lab answered ${reply.status} at ${path}.`);
}

async function answers(shell: Shell, data: string): Promise<boolean> {
  return ask(shell, data, "GET", "/api/status").then(
    () => true,
    () => false,
  );
}

async function until(shell: Shell, millis: number, is: () => Promise<boolean>, otherwise: string): Promise<void> {
  for (let waited = 0; !(await is()); waited += stepMillis) {
    if (waited >= millis) throw new SystemError(otherwise, "stop");
    await shell.pause(stepMillis);
  }
}

function statusText(status: z.infer<typeof Status>): string {
  const environments = status.environments.map(
    ({ name, gitlab, version, postgresql, redis }) =>
      `${name.padEnd(12)} GitLab ${version} ${gitlab}, PostgreSQL ${postgresql}, Redis ${redis}`,
  );
  const broken = status.applied.map(({ fault, target }) => `  ${fault} at ${target}`);
  return [
    `Console       ${status.console}`,
    `Object store  ${status.objectStore}`,
    ...environments,
    broken.length === 0 ? "Nothing is broken." : "Broken now:",
    ...broken,
  ].join("\n");
}

function faultsText(faults: z.infer<typeof Status>["faults"], applied: readonly z.infer<typeof Applied>[]): string {
  return faults
    .map(({ id, title, really, targets }) => {
      const done = applied.filter((one) => one.fault === id).map(({ target }) => target);
      const state = done.length === 0 ? "" : `\n  done to ${done.join(", ")}`;
      return `${id}: ${title}${state}\n  ${really}\n  targets: ${targets.join(", ") || "none yet"}`;
    })
    .join("\n");
}
