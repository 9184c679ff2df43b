import type { Tree } from "../../kernel/ports.ts";
import { defaultConfig } from "../../platform/config.ts";
import type { Reader } from "../reader.ts";
import { type Repository, readRepository } from "../repository.ts";

/** A tree that holds these files. */
export function treeOf(files: Readonly<Record<string, string>>): Tree {
  const bytes = (path: string): Uint8Array => new TextEncoder().encode(files[path] ?? "");
  const paths = Object.keys(files).toSorted();
  return {
    label: "test",
    list: async () => ({
      files: paths.map((path) => ({ path, size: bytes(path).length, version: "1" })),
      skipped: [],
    }),
    read: async (entries) => entries.map(({ path }) => bytes(path)),
  };
}

/** A repository of these files, read and joined. */
export function repositoryOf(files: Readonly<Record<string, string>>, readers: readonly Reader[]): Promise<Repository> {
  return readRepository(treeOf(files), { config: defaultConfig, readers, systems: [] });
}

/**
 * The pins as lines: `file path kind name version state`, and what it comes to behind `→`. Throws when a pin's byte range does not
 * hold its version.
 */
export async function pinLines(
  files: Readonly<Record<string, string>>,
  readers: readonly Reader[],
): Promise<readonly string[]> {
  const { pins } = await repositoryOf(files, readers);
  return pins.map((pin) => {
    const held = textIn(files[pin.file] ?? "", pin.range);
    if (pin.version !== null && held !== pin.version && !held.includes("\\")) {
      throw new Error(`${pin.file} ${pin.path}: the range holds ${JSON.stringify(held)}, not ${pin.version}`);
    }
    const effective = pin.effective?.kind === "known" ? ` → ${pin.effective.value}` : "";
    const digest = pin.digest === null ? "" : ` @${pin.digest.slice(0, 12)}`;
    return `${pin.file} ${pin.path} ${pin.kind} ${pin.name} ${pin.version ?? "-"}${digest} ${pin.state}${effective}`;
  });
}

function textIn(text: string, [start, end]: readonly [number, number]): string {
  return Buffer.from(text).toString("utf8", start, end);
}
