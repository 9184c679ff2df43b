/**
 * Millwright's inventory beside Renovate's local extraction, on the same trees, in turn: wall time from the start of the process,
 * memory, and whether each finds what the other does. Prints Markdown.
 * `npm run bench:audit [-- --rounds N] [FOLDER...]`; for further folders only what is found is compared.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, release, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import type { Inventory } from "../src/platform/pin.ts";
import { type Contestant, type Measured, measure } from "./audit/measure.ts";
import { type Claim, claimOf, claimOfPin, distinct, missing, notCompared } from "./audit/recall.ts";
import { type Extracted, installRenovate, renovate, reportIn } from "./audit/renovate.ts";
import { type SeededTree, seededTree, writeTree } from "./tree.ts";

const root = join(import.meta.dirname, "..");
const bundle = join(root, "dist", "millwright.mjs");

function main(rounds: number, folders: readonly string[]): void {
  const work = mkdtempSync(join(tmpdir(), "millwright-bench-"));
  try {
    const built = spawnSync(process.execPath, [join(root, "scripts", "build.ts")], { encoding: "utf8" });
    if (built.status !== 0) throw new Error(`the bundle could not be built: ${built.stderr}`);
    installRenovate();
    console.log(
      `Node ${process.version}, ${process.platform} ${release()}, ${cpus().length} cores (${cpus()[0]?.model}); medians of ${rounds} runs, in turn.`,
    );
    for (const size of ["large", "small"] as const) {
      const tree = seededTree(size);
      const folder = join(work, size);
      writeTree(tree, folder);
      console.log(`\n### ${titleOf(tree)}\n`);
      printTimes(measure(contestants(folder, work, tree), rounds));
      printFound(folder, work, tree);
    }
    for (const folder of folders) {
      const copy = join(work, basename(folder));
      cpSync(folder, copy, { recursive: true, filter: (path) => basename(path) !== ".git" });
      console.log(`\n### ${basename(folder)}\n`);
      printFound(copy, work);
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function titleOf({ files }: SeededTree): string {
  const bytes = [...files.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const yaml = [...files.keys()].filter((path) => /\.ya?ml$/.test(path)).length;
  return `${files.size} files, ${(bytes / 1e6).toFixed(2)} MB, ${yaml} of them YAML`;
}

function millwright(folder: string, env: Readonly<Record<string, string>>): Omit<Contestant, "name"> {
  return { args: [bundle, "inventory", folder, "-o", "json"], cwd: folder, env };
}

function contestants(folder: string, work: string, { files }: SeededTree): readonly Contestant[] {
  const [changing = ""] = files.keys();
  let change = 0;
  return [
    { name: "Millwright, without its cache", ...millwright(folder, { HOME: work, MILLWRIGHT_CACHE: "off" }) },
    {
      name: "Millwright, one file changed since its last run",
      ...millwright(folder, { HOME: work, XDG_CACHE_HOME: join(work, "millwright") }),
      before: () => {
        change += 1;
        writeFileSync(join(folder, changing), `${files.get(changing) ?? ""}# ${change}\n`);
      },
    },
    renovate(folder, join(work, "renovate")),
  ];
}

function printTimes(measured: readonly Measured[]): void {
  const theirs = measured.at(-1);
  console.log("| | wall time | fastest–slowest | processor time | memory | of Renovate's wall time | of its memory |");
  console.log("|---|---|---|---|---|---|---|");
  for (const { name, median, fastest, slowest, peak, work } of measured) {
    const share = (part: number, whole = Number.NaN): string => `${((100 * part) / whole).toFixed(1)} %`;
    const times = `${median.toFixed(0)} ms | ${fastest.toFixed(0)}–${slowest.toFixed(0)} ms | ${work.toFixed(0)} ms`;
    const shares = `${share(median, theirs?.median)} | ${share(peak, theirs?.peak)}`;
    console.log(`| ${name} | ${times} | ${peak.toFixed(0)} MB | ${shares} |`);
  }
}

/** Who finds what: Renovate's claims in ours, and the generator's truth in both. */
function printFound(folder: string, work: string, tree?: SeededTree): void {
  const theirs = extractedFrom(folder, join(work, "renovate-found"));
  const ours = inventoryOf(folder).pins.map(claimOfPin);
  const left = new Map<string, number>();
  for (const found of theirs) {
    const why = notCompared(found);
    if (why !== undefined) left.set(why, (left.get(why) ?? 0) + 1);
  }
  const claims = distinct(theirs.flatMap((found) => claimOf(found) ?? []));
  const lost = missing(claims, ours);
  const recall = claims.length === 0 ? 100 : (100 * (claims.length - lost.length)) / claims.length;
  console.log(
    `\nRenovate lists ${theirs.length} entries. Left out: ${[...left].map(([why, count]) => `${count} ${why}`).join(", ") || "none"}.`,
  );
  console.log(
    `Of its ${claims.length} distinct versions Millwright finds ${claims.length - lost.length} (${recall.toFixed(2)} %).`,
  );
  for (const claim of lost.slice(0, 40))
    console.log(`- not found: ${claim.file} ${claim.kind} ${claim.name} ${claim.version}`);
  const more = missing(distinct(ours), claims);
  console.log(`Millwright lists ${more.length} that Renovate does not: ${byKind(more)}.`);
  if (tree === undefined) return;
  const truth = distinct(tree.truth);
  console.log(
    `Of the ${truth.length} versions the generator wrote, Millwright misses ${missing(truth, ours).length}, Renovate ${missing(truth, claims).length}: ${byKind(missing(truth, claims))}.`,
  );
}

function byKind(claims: readonly Claim[]): string {
  const counts = Map.groupBy(claims, ({ kind }) => kind);
  return [...counts].map(([kind, some]) => `${some.length} ${kind}`).join(", ") || "none";
}

function extractedFrom(folder: string, work: string): readonly Extracted[] {
  const { args, cwd, env } = renovate(folder, work);
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd,
    env: { PATH: process.env["PATH"], ...env },
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`Renovate ended with ${status}: ${stderr}`);
  return reportIn(work);
}

function inventoryOf(folder: string): Inventory {
  const printed = spawnSync(process.execPath, [bundle, "inventory", folder, "-o", "json"], {
    env: { PATH: process.env["PATH"], MILLWRIGHT_CACHE: "off" },
    encoding: "utf8",
    maxBuffer: 1e9,
  });
  if (printed.status !== 0) throw new Error(`the inventory ended with ${printed.status}: ${printed.stderr}`);
  return JSON.parse(printed.stdout) as Inventory;
}

const { values, positionals } = parseArgs({
  options: { rounds: { type: "string", default: "9" } },
  allowPositionals: true,
});
main(Number(values.rounds), positionals);
