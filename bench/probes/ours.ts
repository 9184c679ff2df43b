import { openProbeHttp } from "../../src/edge/probe-http.ts";
import { processTimers } from "../../src/edge/timers.ts";
import { instantOf } from "../../src/kernel/instant.ts";
import { observe } from "../../src/observations/observe.ts";
import { bindPorts, type Edges } from "../../src/observations/ports.ts";
import { Schedule } from "../../src/observations/schedule.ts";
import { type Target, targetsOf } from "../../src/observations/target.ts";
import { Endpoint } from "../../src/platform/endpoint.ts";
import { systems } from "../../src/systems/index.ts";

/** Millwright's probes as a worker runs them, from the schedule to the observation; only the database is left out. */
const [port = "", quick = "", hanging = "", everySeconds = "", timeoutSeconds = ""] = process.argv.slice(3);

const clock = { now: () => instantOf(Date.now()) };
const http = openProbeHttp({ userAgent: "millwright/bench" });
const never = (): never => {
  throw new Error("not asked for");
};
const edges: Edges = { clock, http: () => http, sql: never, redis: never, tls: never, kube: never, resolve: never };

function target(kind: string, index: number): Target {
  const endpoint = Endpoint.parse({
    environment: "bench",
    component: `${kind}${index}`,
    system: "sharinghub",
    settings: { url: `http://127.0.0.1:${port}/${kind}/${index}` },
  });
  const found = targetsOf([endpoint], systems).find(({ probe }) => probe.id === "status");
  if (found === undefined) throw new Error("no such probe");
  return {
    ...found,
    probe: { ...found.probe, everySeconds: Number(everySeconds), timeoutSeconds: Number(timeoutSeconds) },
  };
}

const list = (kind: string, count: string): readonly Target[] =>
  Array.from({ length: Number(count) }, (_, index) => target(kind, index));
const targets = [...list("q", quick), ...list("h", hanging)];
const schedule = new Schedule<{
  readonly id: string;
  readonly everySeconds: number;
  readonly timeoutSeconds: number;
  readonly target: Target;
}>({
  timers: processTimers,
  atOnce: 50,
  run: async (scheduled, signal) => {
    await observe(scheduled.target, { bind: (one) => bindPorts(edges, one), now: clock.now }, signal);
  },
  ended: () => undefined,
});
schedule.set(
  targets.map((one) => ({
    id: one.id,
    everySeconds: one.probe.everySeconds,
    timeoutSeconds: one.probe.timeoutSeconds + 1,
    target: one,
  })),
);
process.send?.("ready");
process.on("disconnect", () => process.exit(0));
