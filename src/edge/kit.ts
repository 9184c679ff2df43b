import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** One file of the kit, the maintained repository that `scaffold` writes. */
interface KitFile {
  readonly path: string;
  readonly text: string;
  readonly executable: boolean;
}

/** The kit as the package carries it: npm would leave out or obey some of its files, `.gitignore` among them. */
export const packedKit = "kit.json";

/**
 * The kit's files in path order: `kit.json` beside the bundle, otherwise the checkout's folder `kit` without its tests. `home` is
 * the folder of the running program; the checkout is looked for above it.
 */
export function readKit(home: string): readonly KitFile[] {
  const packed = join(home, packedKit);
  if (existsSync(packed)) return unpack(readFileSync(packed, "utf8"));
  const folder = join(home, "..", "..", "kit");
  if (!existsSync(folder)) throw new Error(`the kit is neither at ${packed} nor at ${folder}`);
  return readKitFolder(folder);
}

/** The files of a kit's folder, without its tests. */
export function readKitFolder(folder: string): readonly KitFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll("\\", "/"),
    )
    .filter((path) => !path.startsWith("tests/"))
    .toSorted()
    .map((path) => ({
      path,
      text: readFileSync(join(folder, path), "utf8"),
      executable: (statSync(join(folder, path)).mode & 0o100) !== 0,
    }));
}

/** One file for all: path → text and whether it runs. */
export function packKit(files: readonly KitFile[]): string {
  return JSON.stringify(Object.fromEntries(files.map(({ path, text, executable }) => [path, { text, executable }])));
}

function unpack(text: string): readonly KitFile[] {
  // Made by `packKit` when the package was built, and part of it: as trustworthy as this code.
  const files = JSON.parse(text) as Readonly<Record<string, { readonly text: string; readonly executable: boolean }>>;
  return Object.entries(files).map(([path, file]) => ({ path, ...file }));
}
