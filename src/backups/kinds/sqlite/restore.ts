import { createHash, type Hash, hash } from "node:crypto";
import { InputError, SystemError } from "../../../kernel/errors.ts";
import type { SqliteStore } from "../../../platform/backup-stores.ts";
import type { KindRestore, Restoring, StorePlan } from "../../restore/contract.ts";
import type { SealedBody } from "../../store-kind.ts";
import { partOf } from "../part-of.ts";
import { findPod, type Pod, printedBy, saidBy } from "../pod.ts";
import { lackOfRoom, look, writeIn } from "../volume/look.ts";
import { standIn } from "../volume/stand-in.ts";
import { volumesOf } from "../volume/workload.ts";
import { copyFile, type SqliteBody } from "./body.ts";

type Sealed = SealedBody<SqliteBody>;

/** Beside the copy, for the volume's own needs. */
const slackBytes = 1_000_000;

/**
 * The copy is written beside the file, read back, and takes the file's name. What lies beside the file is the old one's: a log or a
 * journal of another database would be played into the new one and spoil it (sqlite.org/howtocorrupt.html, "Mispairing database files
 * and hot journals"), so that it is moved away before, after the file itself. The application is down.
 */
export const restore: KindRestore<SqliteStore, SqliteBody> = {
  targets: ["in-place"],
  async plan(sealed, config, _, restoring) {
    const { path } = config;
    const { bytes, tables } = sealed.body;
    const { pod, refuses, notes } = await look(config.pod, [path], restoring);
    const size = pod === undefined ? undefined : await sizeOf(pod, path, restoring.signal);
    const room = pod === undefined ? undefined : await lackOfRoom(pod, path, bytes + slackBytes, restoring.signal);
    return {
      does: [`replace ${path} by ${sealed.id}: ${bytes} bytes, ${rowsOf(sealed)} rows in ${tables.length} tables`],
      loses:
        size === undefined || size === 0
          ? []
          : [`what ${path} holds now, ${size} bytes with its log: it is in the backup made before`],
      refuses: [...refuses, ...(room === undefined ? [] : [room])],
      notes: [
        ...notes,
        "it comes back with a rollback journal; an application that wants a log sets that when it starts",
      ],
      isThere: size !== 0,
    } satisfies StorePlan;
  },
  async hold(config, restoring) {
    const volumes = await volumesOf(config.pod, [config.path], await restoring.cluster(), "write");
    const { pod, release } = await standIn({ store: config, volumes, purpose: "restore" }, restoring);
    try {
      const found = await findPod(pod, await restoring.cluster());
      await tidy(found, config.path, restoring.signal);
      const isThere = (await sizeOf(found, config.path, restoring.signal)) > 0;
      return { config: { ...config, pod }, isThere, release };
    } catch (thrown) {
      await release();
      throw thrown;
    }
  },
  async run(sealed, config, _, restoring) {
    const words = await put(sealed, config, restoring);
    return { did: [words], differences: [], notes: [] };
  },
  async undo(config, safety, restoring) {
    if (safety === undefined)
      throw new InputError(`no backup was made of ${config.path} before: what was restored stays`);
    return [await put(safety, config, restoring)];
  },
};

async function put(sealed: Sealed, { pod: selector, path }: SqliteStore, restoring: Restoring): Promise<string> {
  const { signal, progress } = restoring;
  const part = partOf(sealed, copyFile);
  const pod = await findPod(selector, await restoring.cluster());
  const beside = `${path}.millwright-${hash("sha256", restoring.id).slice(0, 12)}`;
  await tidy(pod, path, signal);
  const lack = await lackOfRoom(pod, path, part.bytes + slackBytes, signal);
  if (lack !== undefined) throw new InputError(`${lack}; ${path} is as it was`);
  progress(`writing ${sealed.id} beside ${path} in ${pod.label}`);
  try {
    const sent = createHash("sha256");
    const stdin = hashed(restoring.readPart(part), sent);
    await writeIn(pod, ["sh", "-c", writeScript, "write", beside], { stdin, signal });
    await refuseOther(pod, beside, sent.digest("hex"), signal);
  } catch (thrown) {
    await saidBy(pod, ["rm", "-f", beside]).catch(() => undefined);
    if (thrown instanceof SystemError)
      throw new SystemError(`${thrown.message}; ${path} is as it was`, thrown.remedy, { cause: thrown });
    throw thrown;
  }
  await restoring.beginsToReplace?.();
  progress(`${path} is replaced`);
  await saidBy(pod, ["sh", "-c", swapScript, "swap", beside, path], { signal });
  return `${path} is ${sealed.id}, ${rowsOf(sealed)} rows`;
}

/** As it was before the attempts that were killed. */
async function tidy(pod: Pod, path: string, signal: AbortSignal): Promise<void> {
  await saidBy(pod, ["sh", "-c", tidyScript, "tidy", path], { signal });
}

/** Where the file is away, a swap was killed: it comes back, its log before it. */
export const tidyScript = `
set -eu
for old in "$1".millwright-*.before; do
  if [ ! -e "$old" ] || [ -e "$1" ]; then continue; fi
  for ending in -wal -shm -journal; do
    if [ -e "$old$ending" ]; then mv -f "$old$ending" "$1$ending"; fi
  done
  mv "$old" "$1"
done
rm -f "$1".millwright-*`;

export const writeScript = 'set -eu; umask 077; mkdir -p "$(dirname "$1")"; cat >"$1"; sync';

/**
 * Owner and mode are those of the file that is replaced, or that a link in its place leads to, where there is one and the container may give them. The file goes before its
 * log: one without the other would look whole, and be older than it is.
 */
export const swapScript = `
set -eu
if [ -e "$2" ]; then
  chmod "$(stat -L -c %a "$2")" "$1" || :
  chown "$(stat -L -c %u:%g "$2")" "$1" || :
  mv "$2" "$1.before"
else chmod 644 "$1"; fi
for ending in -wal -shm -journal; do
  if [ -e "$2$ending" ]; then mv -f "$2$ending" "$1.before$ending"; fi
done
mv "$1" "$2"
rm -f "$1".before*
sync
`;

async function* hashed(stream: AsyncIterable<Uint8Array>, digest: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) {
    digest.update(chunk);
    yield chunk;
  }
}

/** What lies there, read back. */
async function refuseOther(pod: Pod, file: string, sha256: string, signal: AbortSignal): Promise<void> {
  const digest = createHash("sha256");
  for await (const chunk of printedBy(pod, ["cat", file], { signal })) digest.update(chunk);
  if (digest.digest("hex") !== sha256)
    throw new SystemError(
      `what was written in ${pod.label} is not what was sent: it was cut, or its volume is damaged`,
      "retry",
    );
}

export const sizeScript = 'for f in "$1" "$1-wal"; do if [ -f "$f" ]; then wc -c <"$f"; else echo 0; fi; done';

/** Bytes of the file and its log; 0: it is not there. */
async function sizeOf(pod: Pod, path: string, signal: AbortSignal): Promise<number> {
  const [file = 0, log = 0] = (await saidBy(pod, ["sh", "-c", sizeScript, "wc", path], { signal }))
    .trim()
    .split("\n")
    .map(Number);
  return file === 0 ? 0 : file + log;
}

function rowsOf({ body }: Sealed): number {
  return body.tables.reduce((sum, { rows }) => sum + rows, 0);
}
