import { InputError, messageOf, SystemError } from "../../../kernel/errors.ts";
import type { FilesStore } from "../../../platform/backup-stores.ts";
import type { Taken, Taking } from "../../store-kind.ts";
import { type Pod, printedBy, saidBy } from "../pod.ts";
import { isStandIn } from "../volume/stand-in.ts";
import { takeBeside } from "../volume/take-beside.ts";
import { archiveFile, type FilesBody, listFile } from "./body.ts";
import { type Listed, type Listing, listing } from "./list.ts";

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
  const { takenAt, list } = await whileStill(pod, quiesce, taking, async () => {
    const takenAt = taking.clock.now();
    taking.progress(`reading ${paths.join(", ")} in ${pod.label}`);
    return { takenAt, list: await archive(pod, paths, taking) };
  });
  refuseHalfRestored(list, pod);
  await taking.storePart(listFile, linesOf(list));
  return {
    takenAt,
    versions: { tar: version },
    body: {
      pod: pod.label,
      paths,
      quiesced: quiesce !== undefined,
      down,
      files: list.files,
      bytes: list.bytes,
      entries: list.lines.length,
    },
  };
}

/** What a killed restore has moved away does not come back to its place with such a backup. */
function refuseHalfRestored({ lines }: Listing, { label }: Pod): void {
  for (const line of lines) {
    const { path } = JSON.parse(line) as Listed;
    if (/(?:^|\/)\.millwright-(?:restored|placing|before)-\w{12}\/?$/.test(path))
      throw new InputError(`a restore that was killed left ${path} in ${label}: do it again or take it back first`);
  }
}

/** GNU tar ends with 1 when a file changed while it was read (GNU tar manual, "Return Values"), which fails this too. */
async function archive(pod: Pod, paths: readonly string[], taking: Taking): Promise<Listing> {
  const printed = printedBy(pod, ["tar", "-cf", "-", ...paths], { signal: taking.signal });
  const { stream, listed } = listing(printed);
  try {
    await taking.storePart(archiveFile, stream);
    return await listed;
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
  try {
    const said = await saidBy(pod, ["tar", "--version"], { signal });
    return said.split("\n")[0]?.trim() ?? "";
  } catch (thrown) {
    if (signal.aborted || !(thrown instanceof SystemError) || thrown.remedy === "retry") throw thrown;
    return "one that does not tell";
  }
}

async function* linesOf({ lines }: Listing): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < lines.length; at += 500) yield Buffer.from(`${lines.slice(at, at + 500).join("\n")}\n`);
}
