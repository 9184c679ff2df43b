import { hash } from "node:crypto";
import { SystemError } from "../../../kernel/errors.ts";
import { allOf, endedBy } from "../../lines.ts";
import { type Pod, printedBy, saidBy } from "../pod.ts";
import type { Place } from "./place.ts";
import { findScript, mountsScript, noFolderScript, unendedScript } from "./scripts.ts";

/** A name as an archive has it: without the first and the last stroke. */
export function plainName(path: string): string {
  return path.replace(/^\/+/, "").replace(/\/+$/, "");
}

/** What is in a pod at or below some paths, as it comes; what is ours or the volume's is not. */
export async function* namesIn(pod: Pod, paths: readonly string[], signal: AbortSignal): AsyncGenerator<string> {
  for await (const path of eachName(printedBy(pod, ["sh", "-c", findScript, "find", ...paths], { signal })))
    if (!/\/(?:\.millwright-\w+-\w{12}|lost\+found)(?:\/|$)/.test(path) && !path.endsWith("/")) yield path;
}

/** What is printed with a NUL behind each. */
export async function* eachName(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const rest = yield* endedBy("\0", stream);
  if (rest !== "") throw new SystemError("the names of the files there broke off", "retry");
}

/** What all that a restore leaves is called by: its own letters, and then those of the path. */
export function lettersOf(text: string): string {
  return hash("sha256", text).slice(0, 6);
}

/** The folder that a path without a last stroke lies in. */
export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

/** What restores that did not end left in some folders; whose letters begin so is not another. */
export async function leftByOthers(
  pod: Pod,
  bases: readonly string[],
  letters: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  return (await leftIn(pod, bases, signal)).filter((folder) => !folder.slice(-12).startsWith(letters));
}

/** What restores that did not end left of some paths in the folders that these lie in. */
export async function leftBeside(pod: Pod, paths: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
  const letters = new Set(paths.map((path) => lettersOf(plainName(path))));
  const parents = paths.map((path) => parentOf(path.replace(/\/+$/, "")));
  return (await leftIn(pod, parents, signal)).filter((folder) => letters.has(folder.slice(-6)));
}

async function leftIn(pod: Pod, folders: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
  const said = await saidBy(pod, ["sh", "-c", unendedScript, "ls", ...new Set(folders)], { signal });
  return said.split("\n").filter((line) => line !== "");
}

/** Mounts below a place, and one that is itself to be moved: what lies on them cannot be moved with the rest. */
export async function mountsIn(
  pod: Pod,
  places: readonly Pick<Place, "path" | "only">[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const said = await saidBy(pod, ["sh", "-c", mountsScript, "cut"], { signal });
  const mounts = said
    .split("\n")
    .map((line) => line.replace(/\\(\d{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8))));
  return mounts.filter((mount) =>
    places.some(({ path, only }) => mount.startsWith(`${path}/`) || (only !== "" && mount === path)),
  );
}

/**
 * Places that came out of a folder and are none now. What a link leads to would be replaced behind it, and no backup made before has
 * that: tar takes the link alone.
 */
export async function noFolders(
  pod: Pod,
  places: readonly Pick<Place, "path" | "only">[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const paths = places.filter(({ only }) => only === "").map(({ path }) => path);
  return allOf(eachName(printedBy(pod, ["sh", "-c", noFolderScript, "test", ...paths], { signal })));
}
