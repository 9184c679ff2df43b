import { cpus, loadavg, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { type DatabaseFigures, databaseFigures } from "./backup/databases.ts";
import { sayMemory } from "./backup/memory.ts";
import { type ObjectFigures, objectFigures } from "./backup/objects.ts";
import { benchmarks, report } from "./backup/report.ts";
import { Stage } from "./backup/stage.ts";

/**
 * `npm run bench:backup`: backups and proofs of generated databases in turns with `pg_dump -Fc -Z0 | restic backup --stdin` and
 * `createdb`, `pg_restore -j2`, counts; small objects beside rclone. `--large`: 5 GB too. `--only 0.1|1|5|objects`. `--report`: the
 * figures go to docs/benchmarks.md. `--only memory`: what is held of files, Kubernetes objects and rows, however many, is said alone.
 */
const { values } = parseArgs({
  options: {
    large: { type: "boolean", default: false },
    only: { type: "string" },
    objects: { type: "string", default: "100000" },
    report: { type: "boolean", default: false },
  },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const began = performance.now();
const load = loadavg()[0] ?? 0;
say(
  `${cpus().length} cores, ${cpus()[0]?.model}, ${(totalmem() / 1e9).toFixed(0)} GB, load average ${load.toFixed(1)}`,
);

if (values.only === "memory") {
  await sayMemory(say);
  process.exit();
}

const sizes = [
  { gigabytes: 0.1, turns: 5, proofs: 3 },
  { gigabytes: 1, turns: 3, proofs: 2 },
  ...(values.large || values.only === "5" ? [{ gigabytes: 5, turns: 1, proofs: 1 }] : []),
];
const stage = await Stage.set();
try {
  const databases: DatabaseFigures[] = [];
  for (const size of sizes)
    if (values.only === undefined || values.only === String(size.gigabytes))
      databases.push(await databaseFigures(stage, size, say));
  const objects: ObjectFigures | string =
    values.only === undefined || values.only === "objects"
      ? await objectFigures(stage, Number(values.objects), say)
      : "left out";
  const text = report(
    { databases, objects, load, large: values.large, minutes: (performance.now() - began) / 60_000 },
    values.report ? benchmarks : undefined,
  );
  say(`\n${text}`);
} finally {
  stage.remove();
}
