import { join } from "node:path";
import { measured } from "./measure.ts";

const kinds = [
  { kind: "files", what: "files in a list, taken and restored", counts: [50_000, 200_000] },
  { kind: "kubernetes", what: "Secrets of 4 kB, taken", counts: [5000, 20_000] },
  { kind: "rows", what: "rows of a database looked for in a bucket", counts: [100_000, 500_000] },
  { kind: "pointers", what: "pointers of Git LFS, and as many rows", counts: [100_000, 500_000] },
  { kind: "archive", what: "objects, rows and pointers in an archive of others", counts: [100_000, 500_000] },
] as const;

/** What the process holds of things that are named one by one, of few and of many; the times say nothing, as it collects all the while. */
export async function sayMemory(say: (line: string) => void): Promise<void> {
  say("| how many | held in the heap, at most | process, at most |\n|---|---|---|");
  for (const { kind, what, counts } of kinds)
    for (const count of counts) {
      const args = ["--disable-warning=ExperimentalWarning", join(import.meta.dirname, "held.ts"), kind, String(count)];
      const { out } = await measured(process.execPath, args);
      const { held, taken } = JSON.parse(out) as { readonly held: number; readonly taken: number };
      say(`| ${count} ${what} | ${(held / 1e6).toFixed(0)} MB | ${(taken / 1e6).toFixed(0)} MB |`);
    }
}
