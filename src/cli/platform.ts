import { basename, isAbsolute, join } from "node:path";
import type { Tree } from "../kernel/ports.ts";
import { defaultConfig, type PlatformConfig, platformFile } from "../platform/config.ts";
import type { Shell } from "./shell.ts";

/** A folder as the user named it, absolute. */
export function folderOf(shell: Shell, folder: string): string {
  return isAbsolute(folder) ? folder : join(shell.cwd, folder);
}

/** A folder to read, called as the user named it: a report is read where its absolute path says nothing. */
export function treeOf(shell: Shell, folder: string): Tree {
  const where = folderOf(shell, folder);
  return { ...shell.openFolder(where), label: /^\.*\/*$/.test(folder) ? basename(where) : folder };
}

/** The `millwright.yaml` of a folder, or what holds without one. */
export async function configOf(shell: Shell, folder: string): Promise<PlatformConfig> {
  const text = await shell.readText(join(folderOf(shell, folder), platformFile));
  return text === undefined ? defaultConfig : parse(text, join(folder, platformFile));
}

/** The `millwright.yaml` at the root of a tree, or what holds without one. */
export async function configIn(tree: Tree): Promise<PlatformConfig> {
  const { files } = await tree.list();
  const entry = files.find((file) => file.path === platformFile);
  if (entry === undefined) return defaultConfig;
  const [content] = await tree.read([entry]);
  return content instanceof Uint8Array
    ? parse(new TextDecoder().decode(content), `${tree.label}:${platformFile}`)
    : defaultConfig;
}

/** The schema is loaded only where there is a file to hold against it: that takes as long as reading 200 files. */
async function parse(text: string, file: string): Promise<PlatformConfig> {
  return (await import("../findings/platform-file.ts")).parseConfig(text, file);
}
