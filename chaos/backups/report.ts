import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Result, Tally } from "./round.ts";

const file = join(import.meta.dirname, "..", "..", "docs", "reliability.md");
const begin = "<!-- chaos:backup, written by the command -->";
const end = "<!-- chaos:backup, end -->";

/** Writes the figures of this run between the marks of docs/reliability.md, in place of those before. */
export function report(result: Result, seed: number): void {
  const text = readFileSync(file, "utf8");
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file} has no marks of chaos:backup`);
  writeFileSync(file, `${text.slice(0, from)}${begin}\n\n${figures(result, seed)}\n${text.slice(to)}`);
}

function figures({ rounds, minutes, tallies, restored, notRun, wrong }: Result, seed: number): string {
  const rows = [...tallies].toSorted(([a], [b]) => a.localeCompare(b)).map(([name, tally]) => row(name, tally));
  return [
    `Seed ${seed}: ${rounds} rounds in ${Math.round(minutes)} minutes; ${restored} backups were restored whole by the oracle; **${wrong.length}** things wrong.`,
    "",
    "| fault | rounds | no backup, no change | went well all the same | found | came too late | median (longest) until it was found |",
    "|---|---|---|---|---|---|---|",
    ...rows,
    ...(notRun.length === 0 ? [] : ["", ...notRun.map((why) => `- not run: ${why}`)]),
    ...(wrong.length === 0
      ? []
      : ["", ...wrong.map((words) => `- wrong: ${words.replaceAll("|", "\\|").slice(0, 300)}`)]),
    "",
  ].join("\n");
}

function row(name: string, { tried, refused, survived, found, missed, seconds }: Tally): string {
  const sorted = seconds.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  const time = median === undefined ? "" : `${median.toFixed(1)} s (${(sorted.at(-1) ?? 0).toFixed(1)} s)`;
  const cell = (count: number): string => (count === 0 ? "" : String(count));
  return `| ${name} | ${tried} | ${[refused, survived, found, missed].map(cell).join(" | ")} | ${time} |`;
}
