import { InputError } from "../../../kernel/errors.ts";
import type { Restoring } from "../../restore/contract.ts";
import type { SealedBody } from "../../store-kind.ts";
import { partOf } from "../part-of.ts";
import { type Pod, printedBy, saidBy } from "../pod.ts";
import { writeIn } from "../volume/look.ts";
import { archiveFile, type FilesBody } from "./body.ts";
import { type Listed, listing } from "./list.ts";
import { emptyScript, extractScript, placeScript, printScript, stateScript } from "./scripts.ts";
import { plainName } from "./there.ts";

/** One path of a store in a pod. */
export interface Place {
  readonly path: string;
  /** The folder in which all happens: the path itself, or that in which it is a file or was not there. */
  readonly base: string;
  /** The letters of the restore, and of the path: two paths may be files of one folder. */
  readonly short: string;
  /** Its own name, where it is a file or was not there. */
  readonly only: string;
}

const mostDifferences = 20;

/** Whether a killed attempt had it whole, and began to put it in its place. */
export async function isTakenUp({ base, short }: Place, pod: Pod, signal: AbortSignal): Promise<boolean> {
  return (await saidBy(pod, ["sh", "-c", stateScript, "test", base, short], { signal })).trim() !== "";
}

/** Writes a path's files beside it, reads them back, and says what is not as it was. */
export async function bring(
  { path, base, short }: Place,
  pod: Pod,
  sealed: SealedBody<FilesBody>,
  listed: ReadonlyMap<string, Listed>,
  { readPart, signal }: Restoring,
): Promise<readonly string[]> {
  const name = plainName(path);
  const wanted = [...listed].filter(([one]) => one === name || one.startsWith(`${name}/`));
  if (wanted.length === 0) {
    if (!sealed.body.missing.some((one) => plainName(one) === name))
      throw new InputError(`the backup has nothing of ${path}`);
    await saidBy(pod, ["sh", "-c", emptyScript, "mkdir", base, short], { signal });
    return [];
  }
  await writeIn(pod, ["sh", "-c", extractScript, "tar", base, short, nameInArchive(wanted, name)], {
    stdin: readPart(partOf(sealed, archiveFile)),
    signal,
  });
  const left = new Map(wanted);
  const differences: string[] = [];
  const { stream, listed: reading } = listing(
    printedBy(pod, ["sh", "-c", printScript, "tar", base, short, name], { signal }),
  );
  for await (const _ of stream);
  for (const line of (await reading).lines) {
    const found = JSON.parse(line) as Listed;
    const was = left.get(plainName(found.path));
    left.delete(plainName(found.path));
    if (was === undefined || !isSame(was, found)) differences.push(`${found.path} is not as it was`);
  }
  for (const [missing] of left) differences.push(`/${missing} did not come back`);
  return differences.slice(0, mostDifferences);
}

/** As it stands there: tar takes names as they were given. */
function nameInArchive(wanted: readonly (readonly [string, Listed])[], name: string): string {
  return wanted.find(([one]) => one === name)?.[1].path.replace(/\/+$/, "") ?? name;
}

/** Of two names of one file the archive has its content under the one that is read first. */
function isSame(was: Listed, found: Listed): boolean {
  const kinds = new Set([was.kind, found.kind]);
  if (kinds.size === 1) return was.size === found.size && was.sha256 === found.sha256;
  return kinds.has("file") && kinds.has("link");
}

/** Done again after a kill it goes on. */
export async function take({ path, base, short, only }: Place, pod: Pod, signal: AbortSignal): Promise<void> {
  const inner = only === "" ? path : base === "/" ? "" : base;
  await saidBy(pod, ["sh", "-c", placeScript, "mv", base, short, inner, only], { signal });
}
