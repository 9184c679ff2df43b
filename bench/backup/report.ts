import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { counted } from "../../src/kernel/count.ts";
import { type DatabaseFigures, throughput } from "./databases.ts";
import { median, seconds } from "./measure.ts";
import type { ObjectFigures } from "./objects.ts";

export const benchmarks = join(import.meta.dirname, "..", "..", "docs", "benchmarks.md");
const begin = "<!-- bench:backup, written by the command -->";
const end = "<!-- bench:backup, end -->";

export interface Figures {
  readonly databases: readonly DatabaseFigures[];
  readonly objects: ObjectFigures | string;
  readonly load: number;
  readonly large: boolean;
  readonly minutes: number;
}

/** The figures as Markdown; with a file they take the place of those before between its marks. */
export function report(figures: Figures, file: string | undefined): string {
  const text = `${lines(figures).join("\n")}\n`;
  if (file !== undefined) {
    const whole = readFileSync(file, "utf8");
    const [from, to] = [whole.indexOf(begin), whole.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`${file} has no marks of bench:backup`);
    writeFileSync(file, `${whole.slice(0, from)}${begin}\n\n${text}\n${whole.slice(to)}`);
  }
  return text;
}

function lines({ databases, objects, load, large, minutes }: Figures): readonly string[] {
  return [
    `\`npm run bench:backup${large ? " -- --large" : ""}\`, Node ${process.versions.node}, ${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), load average before it ${load.toFixed(1)}, ${Math.round(minutes)} minutes; medians.`,
    "",
    "| | shell | ours, counts | of the shell's throughput (goal 95 %) | with checksums |",
    "|---|---|---|---|---|",
    ...databases.map(
      ({ gigabytes, bytes, dump }) =>
        `| dump of ${gigabytes} GB (${megabytes(bytes)}; ${counted(dump.ours.length, "turn")}) | ${seconds(dump.shell)} | ${seconds(dump.ours)} | ${percent(throughput(dump))} | ${seconds(dump.withChecksums)} |`,
    ),
    "",
    "| | shell | ours, counts | times the shell's (goal 1.10) | with checksums |",
    "|---|---|---|---|---|",
    ...databases.map(
      ({ gigabytes, restore }) =>
        `| proof of ${gigabytes} GB (${counted(restore.ours.length, "turn")}) | ${seconds(restore.shell)} | ${seconds(restore.ours)} | ${(median(restore.ours) / median(restore.shell)).toFixed(2)} | ${seconds(restore.withChecksums)} |`,
    ),
    "",
    "| what a repository grows by | first backup | after 1 % appended (goal 5 %) | after 1 % changed all over |",
    "|---|---|---|---|",
    ...databases.flatMap(({ gigabytes, grown }) =>
      ([`${gigabytes} GB, shell`, `${gigabytes} GB, ours`] as const).map((name, index) => {
        const { first, appended, scattered } = index === 0 ? grown.shell : grown.ours;
        const part = (bytes: number): string => `${megabytes(bytes)}, ${percent(bytes / first)}`;
        return `| ${name} | ${megabytes(first)} | ${part(appended)} | ${part(scattered)} |`;
      }),
    ),
    "",
    "| memory of our process, at most | backup | proof |",
    "|---|---|---|",
    ...databases.map(
      ({ gigabytes, memory }) => `| ${gigabytes} GB | ${megabytes(memory.backup)} | ${megabytes(memory.proof)} |`,
    ),
    "",
    ...objectLines(objects),
  ];
}

function objectLines(objects: ObjectFigures | string): readonly string[] {
  if (typeof objects === "string") return [`Small objects: not run: ${objects}.`];
  const { count, first, again, memory } = objects;
  return [
    `| ${count} small objects | rclone sync to a folder | ours, into the repository |`,
    "|---|---|---|",
    `| all | ${first.rclone.toFixed(1)} s | ${first.ours.toFixed(1)} s |`,
    `| again, nothing changed | ${again.rclone.toFixed(1)} s | ${again.ours.toFixed(1)} s (memory at most ${megabytes(memory)}) |`,
  ];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 10e6 ? 1 : 0)} MB`;
}

function percent(part: number): string {
  return `${(part * 100).toFixed(part < 0.1 ? 1 : 0)} %`;
}
