import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Result, Tally } from "./round.ts";

const file = join(import.meta.dirname, "..", "..", "docs", "reliability.md");
const begin = "<!-- chaos:backup, written by the command -->";
const end = "<!-- chaos:backup, end -->";

interface Piece {
  readonly seed: number;
  readonly result: Omit<Result, "tallies"> & { readonly tallies: readonly (readonly [string, Tally])[] };
}

export function pieceOf(result: Result, seed: number): Piece {
  return { seed, result: { ...result, tallies: [...result.tallies] } };
}

/** Puts a run beside those that a file has of other seeds: a long rehearsal may be played in pieces. One of the same seed goes. */
export function beside(pieces: string, piece: Piece): readonly Piece[] {
  const before = existsSync(pieces) ? (JSON.parse(readFileSync(pieces, "utf8")) as readonly Piece[]) : [];
  const all = [...before.filter(({ seed }) => seed !== piece.seed), piece];
  writeFileSync(pieces, JSON.stringify(all));
  return all;
}

/** As one: what was not run in any of them was not run. */
function together(pieces: readonly Piece[]): Result {
  const tallies = new Map<string, Tally>();
  for (const [name, one] of pieces.flatMap(({ result }) => result.tallies)) {
    const sum = tallies.get(name) ?? { tried: 0, refused: 0, survived: 0, found: 0, missed: 0, seconds: [] };
    for (const field of ["tried", "refused", "survived", "found", "missed"] as const) sum[field] += one[field];
    sum.seconds.push(...one.seconds);
    tallies.set(name, sum);
  }
  const sumOf = (of: (result: Piece["result"]) => number) => pieces.reduce((sum, { result }) => sum + of(result), 0);
  return {
    rounds: sumOf(({ rounds }) => rounds),
    minutes: sumOf(({ minutes }) => minutes),
    restored: sumOf(({ restored }) => restored),
    tallies,
    notRun: [...new Set(pieces.flatMap(({ result }) => result.notRun))],
    wrong: pieces.flatMap(({ result }) => result.wrong),
  };
}

/** Writes the figures of these runs between the marks of docs/reliability.md, in place of those before. */
export function report(pieces: readonly Piece[]): void {
  const text = readFileSync(file, "utf8");
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file} has no marks of chaos:backup`);
  writeFileSync(
    file,
    `${text.slice(0, from)}${begin}\n\n${figures(
      together(pieces),
      pieces.map(({ seed }) => seed),
    )}\n${text.slice(to)}`,
  );
}

function figures({ rounds, minutes, tallies, restored, notRun, wrong }: Result, seeds: readonly number[]): string {
  const rows = [...tallies].toSorted(([a], [b]) => a.localeCompare(b)).map(([name, tally]) => row(name, tally));
  return [
    `${seeds.length === 1 ? "Seed" : "Seeds"} ${seeds.join(", ")}: ${rounds} rounds in ${Math.round(minutes)} minutes; ${restored} backups were restored whole by the oracle; **${wrong.length}** things wrong.`,
    "",
    "| fault | rounds | no backup, no change | went well all the same | found | did not strike | median (longest) until it was found |",
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
