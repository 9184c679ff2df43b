import { parseArgs } from "node:util";
import { beside, pieceOf, report } from "./backups/report.ts";
import { playBackupRounds } from "./backups/round.ts";

/**
 * `npm run chaos:backup -- --rounds 300 --seed 7`: a fault in each round, drawn from the seed, against real PostgreSQL, restic and
 * an object store; ends with 1 when anything is wrong. `--only disk`: faults whose name has it. `--report`: the figures go to
 * docs/reliability.md. `--pieces FILE`: beside those of runs before, with other seeds, that the file remembers.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
    minutes: { type: "string", default: "60" },
    only: { type: "string" },
    report: { type: "boolean", default: false },
    pieces: { type: "string" },
  },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const [seed, rounds, minutes] = [Number(values.seed), Number(values.rounds), Number(values.minutes)];
const result = await playBackupRounds({ rounds, seed, minutes, only: values.only, say });
for (const why of result.notRun) say(`not run: ${why}`);
say(`${result.rounds} rounds in ${result.minutes.toFixed(1)} minutes; ${result.restored} backups were restored whole.`);
say(
  result.wrong.length === 0
    ? "Everything that was shown as a backup could be restored, and is what it says."
    : `${result.wrong.length} things are wrong.`,
);
const pieces = values.pieces === undefined ? [pieceOf(result, seed)] : beside(values.pieces, pieceOf(result, seed));
if (values.report) report(pieces);
process.exitCode = result.wrong.length === 0 ? 0 : 1;
