import { SystemError } from "../../../kernel/errors.ts";
import { linesOf } from "../objects/lines.ts";
import { type Pod, printedBy, saidBy } from "../pod.ts";
import type { Listed } from "./list.ts";
import { findScript, mountsScript, unendedScript } from "./scripts.ts";

/** A name as an archive has it: without the first and the last stroke. */
export function plainName(path: string): string {
  return path.replace(/^\/+/, "").replace(/\/+$/, "");
}

/** The backup's list by plain names; some 200 bytes of each entry are held. */
export async function listedIn(stream: AsyncIterable<Uint8Array>): Promise<ReadonlyMap<string, Listed>> {
  const found = new Map<string, Listed>();
  for await (const line of linesOf(stream)) {
    if (line === "") continue;
    const one = JSON.parse(line) as Listed;
    found.set(plainName(one.path), one);
  }
  return found;
}

/** What is in a pod at or below some paths and not in a list, in the order of names; what is ours or the volume's is not. */
export async function extraIn(
  pod: Pod,
  paths: readonly string[],
  listed: ReadonlyMap<string, Listed>,
  signal: AbortSignal,
): Promise<{ readonly there: number; readonly extra: readonly string[] }> {
  const extra: string[] = [];
  let there = 0;
  for await (const path of namesIn(printedBy(pod, ["sh", "-c", findScript, "find", ...paths], { signal }))) {
    if (/\/(?:\.millwright-\w+-\w{12}|lost\+found)(?:\/|$)/.test(path) || path.endsWith("/")) continue;
    there += 1;
    if (!listed.has(plainName(path))) extra.push(path);
  }
  return { there, extra: extra.toSorted() };
}

async function* namesIn(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const names = (rest + decoder.decode(chunk, { stream: true })).split("\0");
    rest = names.pop() ?? "";
    yield* names;
  }
  if (rest !== "") throw new SystemError("the names of the files there broke off", "retry");
}

/** What restores that did not end left in some folders; whose letters begin so is not another. */
export async function leftByOthers(
  pod: Pod,
  bases: readonly string[],
  letters: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const said = await saidBy(pod, ["sh", "-c", unendedScript, "ls", ...new Set(bases)], { signal });
  const found = said.split("\n").filter((line) => line !== "");
  return found.filter((folder) => !folder.slice(-12).startsWith(letters));
}

/** Mounts below a path: what lies on them cannot be moved with the rest. */
export async function mountsBelow(pod: Pod, paths: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
  const said = await saidBy(pod, ["sh", "-c", mountsScript, "cut"], { signal });
  const mounts = said
    .split("\n")
    .map((line) => line.replace(/\\(\d{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8))));
  return mounts.filter((mount) => paths.some((path) => mount.startsWith(`${path.replace(/\/+$/, "")}/`)));
}
