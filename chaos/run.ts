import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Kill, playRound, type TargetName } from "./round.ts";

/**
 * `npm run chaos -- --kills 1000 --seed 7 --minutes 30`: kills at random, seeded points; ends with 1 when anything is wrong.
 * `--target kubernetes`: workloads of a Kubernetes-shaped API server are restarted, instead of lines written to a ledger.
 * `--blind` takes the look for the mark away: then things are wrong, which shows that the count finds them.
 */
const { values } = parseArgs({
  options: {
    target: { type: "string", default: "ledger" },
    kills: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
    minutes: { type: "string", default: "10" },
    workers: { type: "string", default: "3" },
    every: { type: "string", default: "400" },
    away: { type: "string" },
    blind: { type: "boolean", default: false },
  },
});
const targets: readonly TargetName[] = ["ledger", "kubernetes"];
const target = targets.find((name) => name === values.target);
if (target === undefined) throw new Error(`--target is one of ${targets.join(", ")}`);
const logFile = join(mkdtempSync(join(tmpdir(), "millwright-chaos-log-")), "workers.log");
const say = (line: string): void => void process.stdout.write(`${line}\n`);

say(`The workers' words: ${logFile}`);
const round = await playRound({
  target,
  seed: Number(values.seed),
  kills: Number(values.kills),
  minutes: Number(values.minutes),
  workers: Number(values.workers),
  everyMs: Number(values.every),
  logFile,
  awaySeconds: values.away === undefined ? undefined : Number(values.away),
  blind: values.blind,
  onProgress: say,
});
const { wrong, kills, told, ...rest } = round;
const total = Object.values(kills).reduce((sum, count) => sum + count, 0);
say(`${total} kills: ${(Object.keys(kills) as Kill[]).map((kill) => `${kill} ${kills[kill]}`).join(", ")}`);
say(
  Object.entries({ ...rest, ...told })
    .map(([name, value]) => `${name} ${Math.round(value)}`)
    .join(", "),
);
for (const line of wrong) say(`WRONG: ${line}`);
say(
  wrong.length === 0
    ? "Every run ended as it should; nothing twice, nothing lost."
    : `${wrong.length} things are wrong.`,
);
process.exitCode = wrong.length === 0 ? 0 : 1;
