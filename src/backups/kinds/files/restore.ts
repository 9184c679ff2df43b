import { counted } from "../../../kernel/count.ts";
import { InputError, messageOf, SystemError } from "../../../kernel/errors.ts";
import type { FilesStore } from "../../../platform/backup-stores.ts";
import { byText, Firsts } from "../../firsts.ts";
import type { KindRestore, Restoring, StoreRestored } from "../../restore/contract.ts";
import type { SealedBody } from "../../store-kind.ts";
import { findPod, type Pod, saidBy } from "../pod.ts";
import { lackOfRoom, look } from "../volume/look.ts";
import { standIn } from "../volume/stand-in.ts";
import { volumesOf } from "../volume/workload.ts";
import type { FilesBody } from "./body.ts";
import { ListedFiles } from "./listed-files.ts";
import { bring, isTakenUp, type Place, take as takePlace } from "./place.ts";
import { cleanScript, clearScript, forgetScript } from "./scripts.ts";
import { leftByOthers, lettersOf, mountsIn, namesIn, noFolders, parentOf, plainName } from "./there.ts";

type Sealed = SealedBody<FilesBody>;

/** How many of those that go are named one by one. */
const shown = 200;

/**
 * Files come back beside what is there, are read back and compared, and take its place, with the application down: where they are not
 * as they were, or the volume becomes full, nothing was changed. What is there and not in the backup goes; the plan lists it.
 */
export const restore: KindRestore<FilesStore, FilesBody> = {
  targets: ["in-place"],
  async plan(sealed, config, _, restoring) {
    const { pod, refuses, notes } = await look(config.pod, config.paths, restoring);
    const { signal } = restoring;
    const { places, found } = await ListedFiles.during(sealed, restoring, async (listed) => {
      const places = placesOf(config, listed, restoring.id);
      return { places, found: pod === undefined ? undefined : await lookedAt(pod, listed, places, signal) };
    });
    const unended = pod === undefined ? [] : await unendedOf(places, pod, restoring.id, signal);
    const { files, bytes } = sealed.body;
    return {
      does: [`replace what is in ${config.paths.join(", ")} by ${counted(files, "file")} with ${bytes} bytes`],
      loses: found === undefined ? [] : losses(found),
      refuses: [...otherPaths(sealed, config), ...refuses, ...(found?.refuses ?? []), ...unended],
      notes: [...notes, "owners come back where the container may give them: where it runs as root"],
      isThere: found === undefined || found.there > 0,
    };
  },
  async hold(config, restoring) {
    const volumes = await volumesOf(config.pod, config.paths, await restoring.cluster(), "write");
    const { pod, release } = await standIn({ store: config, volumes, purpose: "restore" }, restoring);
    try {
      const found = await findPod(pod, await restoring.cluster());
      return {
        config: { ...config, pod },
        isThere: await isAnythingIn(found, config.paths, restoring.signal),
        release,
      };
    } catch (thrown) {
      await release();
      throw thrown;
    }
  },
  run: (sealed, config, _, restoring) => put(sealed, config, restoring, { kind: "restore" }),
  async undo(config, safety, restoring) {
    if (safety === undefined)
      throw new InputError(`no backup was made of ${config.paths.join(", ")} before: what was restored stays`);
    const { did, differences } = await put(safety, config, restoring, { kind: "undo" });
    if (differences.length > 0) throw new InputError(differences.join("; "));
    return did;
  },
};

/** Of places where what another restore left lies: it may be all that there is of what was there before. */
async function unendedOf(
  places: readonly Place[],
  pod: Pod,
  id: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const bases = places.map(({ base }) => base);
  const folders = await leftByOthers(pod, bases, lettersOf(id), signal);
  return folders.map((folder) => `a restore that was killed left ${folder}: take that back first`);
}

interface Found {
  readonly there: number;
  /** Not in the backup. */
  readonly extra: Firsts<string>;
  readonly refuses: readonly string[];
}

async function lookedAt(pod: Pod, listed: ListedFiles, places: readonly Place[], signal: AbortSignal): Promise<Found> {
  const refuses = (await mountsIn(pod, places, signal)).map(
    (mount) => `${mount} is a volume of its own, and stays where it is: name its files as a store of their own`,
  );
  for (const path of await noFolders(pod, places, signal))
    refuses.push(
      `${path} is no folder any more, or a link to one: put the folder back in its place, or declare where it is`,
    );
  const paths = places.map(({ path }) => path);
  for (const path of paths) {
    const lack = await lackOfRoom(pod, path, 1_000_000 + listed.below(plainName(path)).bytes, signal);
    if (lack !== undefined) refuses.push(lack);
  }
  const extra = new Firsts<string>(shown, byText);
  let there = 0;
  for await (const path of namesIn(pod, paths, signal)) {
    there += 1;
    if (!listed.has(plainName(path))) extra.add(path);
  }
  return { there, extra, refuses };
}

async function isAnythingIn(pod: Pod, paths: readonly string[], signal: AbortSignal): Promise<boolean> {
  for await (const _ of namesIn(pod, paths, signal)) return true;
  return false;
}

function losses({ there, extra }: Found): readonly string[] {
  if (there === 0) return [];
  return [
    ...extra.first.map((path) => `${JSON.stringify(path)}: it is not in the backup`),
    ...moreThan(extra),
    "what all files hold now: it is in the backup made before",
  ];
}

/** What went, as the plan had named it. */
function goneOf(extra: Found["extra"]): readonly string[] {
  if (extra.count === 0) return [];
  const named = extra.first.map((path) => JSON.stringify(path));
  return [`not in the backup, and gone: ${[...named, ...moreThan(extra)].join(", ")}`];
}

function moreThan({ count, first }: Found["extra"]): readonly string[] {
  const rest = count - first.length;
  return rest === 0 ? [] : [`${counted(rest, "more file")} that ${rest === 1 ? "is" : "are"} not in the backup`];
}

function otherPaths({ body }: Sealed, { paths }: FilesStore): readonly string[] {
  const root = paths.some((path) => plainName(path) === "") ? ["/ is not replaced as a whole"] : [];
  if (body.paths.toSorted().join("\0") === paths.toSorted().join("\0")) return root;
  return [...root, `the backup is of ${body.paths.join(", ")}, and ${paths.join(", ")} are declared`];
}

async function put(
  sealed: Sealed,
  config: FilesStore,
  restoring: Restoring,
  { kind }: { readonly kind: "restore" | "undo" },
): Promise<StoreRestored> {
  const [otherwise] = otherPaths(sealed, config);
  if (otherwise !== undefined) throw new InputError(otherwise);
  const pod = await findPod(config.pod, await restoring.cluster());
  return ListedFiles.during(sealed, restoring, (listed) =>
    putListed({ sealed, listed, config, pod, isUndo: kind === "undo" }, restoring),
  );
}

interface Putting {
  readonly sealed: Sealed;
  readonly listed: ListedFiles;
  readonly config: FilesStore;
  readonly pod: Pod;
  readonly isUndo: boolean;
}

async function putListed(
  { sealed, listed, config, pod, isUndo }: Putting,
  restoring: Restoring,
): Promise<StoreRestored> {
  const { signal, progress } = restoring;
  const places = placesOf(config, listed, isUndo ? `${restoring.id} undone` : restoring.id);
  const unended = isUndo ? [] : await unendedOf(places, pod, restoring.id, signal);
  const fresh = await freshOf(places, pod, signal);
  const { refuses, extra } = await lookedAt(pod, listed, fresh, signal);
  const why = [...unended, ...refuses];
  if (why.length > 0) throw new InputError(`${why.join("; ")}; nothing was changed`);
  const differences = await bringAll(fresh, pod, sealed, listed, restoring);
  if (differences.length > 0) return { did: [], differences, notes: [] };
  await restoring.beginsToReplace?.();
  for (const place of places) {
    progress(`what was restored takes the place of ${place.path}`);
    await takePlace(place, pod, signal);
  }
  if (isUndo) await forget(config, restoring.id, pod, signal);
  return {
    did: [`${config.paths.join(", ")} as in ${sealed.id}: ${counted(sealed.body.files, "file")}`],
    differences,
    notes: goneOf(extra),
  };
}

/** Where anything is not as it was, or breaks, nothing is left of it. */
async function bringAll(
  places: readonly Place[],
  pod: Pod,
  sealed: Sealed,
  listed: ListedFiles,
  restoring: Restoring,
): Promise<readonly string[]> {
  const differences: string[] = [];
  let isWhole = false;
  try {
    for (const place of places) {
      restoring.progress(`writing ${sealed.id} beside ${place.path} in ${pod.label}`);
      differences.push(...(await bring(place, pod, sealed, listed, restoring)));
    }
    isWhole = differences.length === 0;
  } catch (thrown) {
    if (!(thrown instanceof SystemError)) throw thrown;
    throw new SystemError(`${messageOf(thrown)}; what is there is as it was`, thrown.remedy, { cause: thrown });
  } finally {
    if (!isWhole) await clean(places, pod);
  }
  return differences;
}

function placesOf({ paths }: FilesStore, listed: ListedFiles, id: string): readonly Place[] {
  return paths.map((path) => placeOf(path, listed, shortOf(path, id)));
}

function shortOf(path: string, id: string): string {
  return lettersOf(id) + lettersOf(plainName(path));
}

function placeOf(path: string, listed: ListedFiles, short: string): Place {
  const bare = path.replace(/\/+$/, "");
  if (listed.get(plainName(path))?.kind === "folder") return { path: bare, base: bare, short, only: "" };
  return { path: bare, base: parentOf(bare), short, only: bare.slice(bare.lastIndexOf("/") + 1) };
}

/** Those that no killed attempt had whole; what one had half written is taken away. */
async function freshOf(places: readonly Place[], pod: Pod, signal: AbortSignal): Promise<readonly Place[]> {
  const fresh: Place[] = [];
  for (const place of places) {
    await saidBy(pod, ["sh", "-c", clearScript, "rm", place.base], { signal });
    if (!(await isTakenUp(place, pod, signal))) fresh.push(place);
  }
  return fresh;
}

/**
 * What a killed restore has half moved goes: the backup before has it all. It lies in the path where that backup had a folder there,
 * and beside it otherwise.
 */
async function forget({ paths }: FilesStore, id: string, pod: Pod, signal: AbortSignal): Promise<void> {
  for (const path of paths) {
    const bare = path.replace(/\/+$/, "");
    for (const base of [bare, parentOf(bare)])
      await saidBy(pod, ["sh", "-c", forgetScript, "rm", base, shortOf(path, id)], { signal });
  }
}

/** As far as the pod is there; the next attempt begins with it. */
async function clean(places: readonly Place[], pod: Pod): Promise<void> {
  for (const { base, short } of places)
    await saidBy(pod, ["sh", "-c", cleanScript, "rm", base, short]).catch(() => undefined);
}
