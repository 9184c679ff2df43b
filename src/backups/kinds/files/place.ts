import { InputError } from "../../../kernel/errors.ts";
import type { Restoring } from "../../restore/contract.ts";
import type { SealedBody } from "../../store-kind.ts";
import { partOf } from "../part-of.ts";
import { type Pod, printedBy, saidBy } from "../pod.ts";
import { writeIn } from "../volume/look.ts";
import { archiveFile, type FilesBody } from "./body.ts";
import { type Listed, listing } from "./list.ts";
import type { ListedFiles } from "./listed-files.ts";
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
  listed: ListedFiles,
  { readPart, signal }: Restoring,
): Promise<readonly string[]> {
  const name = plainName(path);
  if (listed.below(name).count === 0) {
    if (!sealed.body.missing.some((one) => plainName(one) === name))
      throw new InputError(`the backup has nothing of ${path}`);
    await saidBy(pod, ["sh", "-c", emptyScript, "mkdir", base, short], { signal });
    return [];
  }
  await writeIn(pod, ["sh", "-c", extractScript, "tar", base, short, nameInArchive(listed, name)], {
    stdin: readPart(partOf(sealed, archiveFile)),
    signal,
  });
  const differences: string[] = [];
  const differs = (words: string): void => {
    if (differences.length < mostDifferences) differences.push(words);
  };
  listed.compare();
  const { stream } = listing(
    printedBy(pod, ["sh", "-c", printScript, "tar", base, short, name], { signal }),
    (found) => {
      const was = listed.meet(plainName(found.path), name);
      if (was === undefined || !isSame(was, found)) differs(`${found.path} is not as it was`);
    },
  );
  for await (const _ of stream);
  for (const missing of listed.unmet(name)) {
    if (differences.length === mostDifferences) break;
    differs(`/${missing} did not come back`);
  }
  return differences;
}

/** As it stands there: tar takes names as they were given. */
function nameInArchive(listed: ListedFiles, name: string): string {
  return listed.get(name)?.path.replace(/\/+$/, "") ?? name;
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
