import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { InputError, messageOf, SystemError } from "../src/kernel/errors.ts";
import { chooseAgain } from "./choose-again.ts";
import { type Panel, startControl } from "./control.ts";
import { Faults } from "./faults/faults.ts";
import { firstSyncs } from "./first-syncs.ts";
import { type Lab, startLab } from "./lab.ts";
import { Progress } from "./progress.ts";
import { makeTokens } from "./tokens.ts";
import { type Pace, usualPace } from "./write-server-config.ts";

/** `npm start`: the lab until Ctrl-C. */
const checkout = join(import.meta.dirname, "..");

interface Asked {
  readonly data: string;
  readonly ports: "usual" | "any";
  readonly pace: Pace;
}

function ask(): Asked {
  try {
    const { values } = parseArgs({
      options: {
        data: { type: "string", default: join(checkout, ".lab") },
        ports: { type: "string", default: "usual" },
        every: { type: "string" },
      },
    });
    if (values.ports !== "usual" && values.ports !== "any") throw new InputError("--ports is usual or any");
    return { data: resolve(values.data), ports: values.ports, pace: paceOf(values.every) };
  } catch (thrown) {
    throw new InputError(`${messageOf(thrown)}\nnpm start -- [--data DIR] [--ports usual|any] [--every SECONDS]`, {
      cause: thrown,
    });
  }
}

/** `--every 5`: probes ask every five seconds, for those who do not want to wait. Clusters are looked at every fifteen at most. */
function paceOf(every: string | undefined): Pace {
  if (every === undefined) return usualPace;
  const seconds = /^\d+$/.test(every) ? Number(every) : 0;
  if (seconds < 5 || seconds > 3600) throw new InputError("--every is a number of seconds, from 5 to 3600");
  return { probesSeconds: seconds, liveSeconds: Math.max(15, seconds) };
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);
// Whoever reads may go away; the lab goes on.
process.stdout.on("error", () => undefined);

async function run(asked: Asked): Promise<void> {
  const stopping = new AbortController();
  const stop = (): void => {
    if (stopping.signal.aborted) return;
    say("Stopping …");
    stopping.abort();
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  process.on("SIGHUP", stop);
  const progress = new Progress(say);
  say(`Starting the lab in ${asked.data}`);
  const begin = (): Promise<Begun> => startWhole(asked, progress, stop);
  const begun = await chooseAgain({ data: asked.data, start: begin, say }).catch((thrown: unknown) => {
    // Ctrl-C reaches the database servers too: what fails then is no news.
    if (stopping.signal.aborted) return undefined;
    throw thrown;
  });
  if (begun === undefined) return say("The lab was stopped before it was there.");
  const { lab, panel } = begun;
  try {
    const [late] = await Promise.all([
      progress.step("first syncs of Argo CD", firstSyncs(lab)),
      existsSync(lab.folder.secretFile("token-admin"))
        ? undefined
        : progress.step("logins for the command line", makeTokens(lab)),
    ]);
    if (late.length > 0) say(`           Argo CD still works on ${late.join(", ")}`);
    say(welcome(lab, panel.url, progress.total()));
    if (!stopping.signal.aborted)
      await new Promise((end) => {
        stopping.signal.addEventListener("abort", end, { once: true });
      });
  } finally {
    await panel.close();
    await lab.close();
  }
  say("The lab has ended. Its data stays; npm start goes on with it.");
}

interface Begun {
  readonly lab: Lab;
  readonly panel: Panel;
}

async function startWhole(asked: Asked, progress: Progress, stop: () => void): Promise<Begun> {
  const now = (): Date => new Date();
  const lab = await startLab({ checkout, ...asked, progress, now });
  try {
    const faults = new Faults(lab, lab.folder.path("faults.json"));
    const token = lab.folder.secret("panel");
    return { lab, panel: await startControl({ lab, faults, port: lab.ports.panel, token, now, stop }) };
  } catch (thrown) {
    await lab.close();
    throw thrown;
  }
}

function welcome(lab: Lab, panel: string, took: string): string {
  const logins = lab.accounts.map(({ id, password, may }) => `    ${id.padEnd(10)} ${password.padEnd(14)} ${may}`);
  return `
The lab is there after ${took}.

  Console  ${lab.controlPlane.url}
  Panel    ${panel}
           faults, messages, what happened

  Logins (console: "Log in"; the panel asks for the password of any)
${logins.join("\n")}

  Command line
    export MILLWRIGHT_URL=${lab.controlPlane.url} MILLWRIGHT_TOKEN_FILE=${lab.folder.secretFile("token-operator")}

Ctrl-C ends it.`;
}

try {
  await run(ask());
  process.exitCode = 0;
} catch (thrown) {
  const isOurs = !(thrown instanceof InputError || thrown instanceof SystemError);
  process.stderr.write(`${isOurs && thrown instanceof Error ? (thrown.stack ?? thrown.message) : messageOf(thrown)}\n`);
  process.exitCode = 1;
}
process.exit();
