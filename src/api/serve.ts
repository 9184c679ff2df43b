import { messageOf } from "../kernel/errors.ts";
import { resealAll } from "../store/sealed.ts";
import { work } from "../worker/loop.ts";
import { LiveConfig } from "./live-config.ts";
import { lookAtMemoryMillis, quietMemory } from "./quiet-memory.ts";
import { openApi } from "./serve-api.ts";
import type { Capabilities, ServeOptions, ServePorts } from "./serve-ports.ts";
import { bringUp, type Up } from "./serve-up.ts";
import { workerOf } from "./serve-worker.ts";
import type { Listening } from "./server.ts";

/** How long calls that run may take to end when the server stops. */
const graceMillis = 10_000;
const lookEveryMillis = 15_000;
const beatEveryMillis = 60_000;

/**
 * Runs a server until `stop` fires: its database, the API, a worker. Whatever was begun is ended, also when something in
 * between fails. `ready` is told the address, once it answers.
 */
export async function serve(
  options: ServeOptions,
  ports: ServePorts,
  stop: AbortSignal,
  ready: (url: string) => void = () => undefined,
): Promise<"stopped" | "outdated"> {
  const live = await LiveConfig.open(options.config, ports.readText, ports.log);
  const up = await bringUp(options, ports, live, stop).catch((thrown: unknown) => {
    if (stop.aborted && thrown === stop.reason) return undefined;
    throw thrown;
  });
  if (up === undefined) return "stopped";
  try {
    if (hasWorker(up)) await reseal(up);
    return await run(up, await ports.capabilities(up), stop, ready);
  } finally {
    await up.database.close();
  }
}

async function run(
  up: Up,
  capabilities: Capabilities,
  stop: AbortSignal,
  ready: (url: string) => void,
): Promise<"stopped" | "outdated"> {
  const ending = new AbortController();
  const signal = AbortSignal.any([stop, ending.signal]);
  const worker = hasWorker(up) ? work(workerOf(up, capabilities), signal) : undefined;
  const timers = [
    setInterval(() => void up.live.look(), lookEveryMillis),
    setInterval(quietMemory(up.ports.memory), lookAtMemoryMillis),
    setInterval(() => void up.database.beat().catch(() => undefined), beatEveryMillis),
  ];
  let listening: Listening | undefined;
  let begun: { close(): Promise<void> } | undefined;
  try {
    begun = worker === undefined ? undefined : await capabilities.begin();
    listening = await openApi(up, capabilities, signal);
    ready(listening.url);
    return (await Promise.race([aborted(signal), ...(worker === undefined ? [] : [worker])])) ?? "stopped";
  } finally {
    timers.forEach(clearInterval);
    ending.abort();
    await listening?.close(graceMillis);
    await worker?.catch(() => undefined);
    await begun?.close();
    await capabilities.close();
  }
}

/** A key that was put first seals everything from now on, so that the one before it can be dropped. */
async function reseal({ store, clock, sealingKeys, ports }: Up): Promise<void> {
  try {
    const keys = await sealingKeys();
    const count = keys === undefined ? 0 : await resealAll(store, keys, clock.now());
    if (count > 0) ports.log({ level: "info", message: `${count} secrets were sealed with the key ${keys?.[0].id}` });
  } catch (thrown) {
    // Those that need no secret of the database go on; whoever needs one says so.
    ports.log({ level: "error", message: `the secrets in the database keep their keys: ${messageOf(thrown)}` });
  }
}

/** Nothing is done on a restored database before a person has looked. */
function hasWorker({ options, restored }: Up): boolean {
  return options.only !== "api" && restored === undefined;
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}
