import { InputError, messageOf, SystemError } from "../../../kernel/errors.ts";
import type { FilesStore } from "../../../platform/backup-stores.ts";
import { allOf } from "../../lines.ts";
import type { Taken, Taking } from "../../store-kind.ts";
import { type Pod, printedBy, saidBy, toldOr } from "../pod.ts";
import { isStandIn } from "../volume/stand-in.ts";
import { takeBeside } from "../volume/take-beside.ts";
import { archiveFile, type FilesBody, listFile } from "./body.ts";
import { type Listing, listing } from "./list.ts";
import { ListStream } from "./list-stream.ts";
import { missingScript } from "./scripts.ts";
import { eachName, leftBeside } from "./there.ts";

/** How long the application's own commands may take. */
const quiesceMs = 30 * 60_000;

/** Reads files by the pod's own tar; what held the application still is taken back whatever happens. */
export function take(config: FilesStore, taking: Taking): Promise<Taken<FilesBody>> {
  return takeBeside(config, config.paths, taking, (pod) => takeIn(pod, config, taking));
}

async function takeIn(pod: Pod, config: FilesStore, taking: Taking): Promise<Taken<FilesBody>> {
  const { paths } = config;
  const down = isStandIn(pod.object);
  const quiesce = down ? undefined : config.quiesce;
  const version = await tarOf(pod, taking.signal);
  const held = down || quiesce !== undefined;
  const { takenAt, missing, list } = await whileStill(pod, quiesce, taking, async () => {
    refuseHalfRestored(await toldOr([], taking.signal, () => leftBeside(pod, paths, taking.signal)), pod);
    const missing = await missingOf(pod, paths, taking);
    const there = paths.filter((path) => !missing.includes(path));
    return { missing, ...(await unchanged(pod, there, held, taking)) };
  });
  refuseHalfRestored(list.ofRestores, pod);
  return {
    takenAt,
    versions: { tar: version },
    body: {
      pod: pod.label,
      paths,
      missing: [...missing],
      quiesced: quiesce !== undefined,
      down,
      files: list.files,
      bytes: list.bytes,
      entries: list.entries,
    },
  };
}

const ofRestore = /(?:^|\/)\.millwright-(?:restored|placing|before)-\w{12}\/?$/;

/** What a killed restore has moved away does not come back to its place with such a backup. */
function refuseHalfRestored(paths: readonly string[], { label }: Pod): void {
  const path = paths.find((one) => ofRestore.test(one));
  if (path !== undefined)
    throw new InputError(`a restore that was killed left ${path} in ${label}: do it again or take it back first`);
}

/**
 * Deletions are respected, and told; where nothing is there at all it is another pod, or its volume is not mounted. In an image without
 * a shell nobody tells, and tar fails on what is not there.
 */
async function missingOf(pod: Pod, paths: readonly string[], { progress, signal }: Taking): Promise<readonly string[]> {
  const ask = ["sh", "-c", missingScript, "ls", ...paths];
  const missing = await toldOr([], signal, () => allOf(eachName(printedBy(pod, ask, { signal }))));
  if (missing.length === paths.length)
    throw new InputError(
      `nothing of ${paths.join(", ")} is in ${pod.label}: is it the right pod, and is its volume mounted?`,
    );
  if (missing.length > 0) progress(`not in ${pod.label}, and not in this backup: ${missing.join(", ")}`);
  return missing;
}

const mostTries = 3;

/** Reads again what changed while it was read: what is written now and then is soon read between two writes. */
async function unchanged(
  pod: Pod,
  paths: readonly string[],
  held: boolean,
  taking: Taking,
): Promise<Pick<Taken<unknown>, "takenAt"> & { readonly list: Archived }> {
  for (let tries = 1; ; tries += 1) {
    const takenAt = taking.clock.now();
    taking.progress(`reading ${paths.join(", ")} in ${pod.label}`);
    try {
      return { takenAt, list: await archive(pod, paths, taking) };
    } catch (thrown) {
      const file = changedIn(thrown, paths);
      if (file === undefined || taking.signal.aborted) throw thrown;
      if (tries === mostTries)
        throw new SystemError(
          `${file} in ${pod.label} changed each of the ${tries} times that it was read: ${held ? "somebody writes to it although the application is held" : "hold the application still meanwhile (quiesce), name it under fence.scaleDown, or leave that file out of paths"}`,
          "stop",
          { cause: thrown },
        );
      taking.progress(`${file} changed while it was read; reading again`);
    }
  }
}

/**
 * The file that tar says was changed or went while it was read: GNU tar ends with 1 then (GNU tar manual, "Return Values"), BusyBox'
 * tar notices only what went. A path that was never there is none.
 */
function changedIn(thrown: unknown, paths: readonly string[]): string | undefined {
  if (!(thrown instanceof SystemError)) return undefined;
  const [, changed] =
    /tar: ([^;]+?): (?:file changed as we read it|File removed before we read it|File shrank by \d+ bytes)/.exec(
      thrown.message,
    ) ?? [];
  const [, gone = ""] =
    /tar: (?:can't \w+ ')?([^;]+?)'?: (?:Cannot \w+: )?No such file or directory/.exec(thrown.message) ?? [];
  return changed ?? (gone === "" || paths.includes(gone) ? undefined : gone);
}

interface Archived extends Listing {
  /** What restores that did not end left among the files. */
  readonly ofRestores: readonly string[];
}

/**
 * Stores the archive and, as it goes by, the list of what is in it: two parts at once, of which no more is held here than a piece of
 * each. The list ends when the archive is stored, and is none where that is not.
 */
async function archive(pod: Pod, paths: readonly string[], taking: Taking): Promise<Archived> {
  const printed = printedBy(pod, ["tar", "-cf", "-", ...paths], { signal: taking.signal });
  const list = new ListStream();
  const ofRestores: string[] = [];
  const { stream, listed } = listing(printed, (entry) => {
    if (ofRestore.test(entry.path)) ofRestores.push(entry.path);
    return list.take(entry);
  });
  const broken = new AbortController();
  const archived = taking.storePart(archiveFile, stream, broken.signal).then(
    () => list.end(),
    async (thrown) => {
      await list.end(thrown);
      throw thrown;
    },
  );
  const stored = taking.storePart(listFile, list.pieces()).catch((thrown: unknown) => {
    list.stop();
    broken.abort(thrown);
    throw thrown;
  });
  try {
    await Promise.allSettled([archived, stored]);
    await archived;
    await stored;
    return { ...(await listed), ofRestores };
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    throw new SystemError(`what tar printed in ${pod.label} is no whole archive: ${thrown.message}`, "retry", {
      cause: thrown,
    });
  }
}

/** Not at the run's own signal: an application that was stopped must go on after a cancel too. */
async function whileStill<T>(
  pod: Pod,
  quiesce: FilesStore["quiesce"],
  { progress, signal }: Taking,
  work: () => Promise<T>,
): Promise<T> {
  if (quiesce === undefined) return work();
  const { before, after } = quiesce;
  let done: { readonly value: T } | { readonly thrown: unknown };
  try {
    progress(`holding the application in ${pod.label} still`);
    await saidBy(pod, before, { signal: AbortSignal.any([signal, AbortSignal.timeout(quiesceMs)]) });
    done = { value: await work() };
  } catch (thrown) {
    done = { thrown };
  }
  try {
    await saidBy(pod, after, { signal: AbortSignal.timeout(quiesceMs) });
  } catch (thrown) {
    const first = "thrown" in done ? `${messageOf(done.thrown)}; and then ` : "";
    throw new SystemError(
      `${first}the application in ${pod.label} may still be held: run \`${after.join(" ")}\` there (${messageOf(thrown)})`,
      "stop",
      { cause: thrown },
    );
  }
  if ("thrown" in done) throw done.thrown;
  return done.value;
}

/** Not every tar tells its version, and none is needed for a backup. */
async function tarOf(pod: Pod, signal: AbortSignal): Promise<string> {
  return toldOr("one that does not tell", signal, async () => {
    const said = await saidBy(pod, ["tar", "--version"], { signal });
    return said.split("\n")[0]?.trim() ?? "";
  });
}
