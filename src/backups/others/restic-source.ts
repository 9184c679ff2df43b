import { basename, join } from "node:path";
import type { BackupPorts } from "../../kernel/backup-ports.ts";
import { InputError } from "../../kernel/errors.ts";
import { Repository, type StoredSnapshot } from "../repository/restic.ts";
import type { Candidate, Found } from "./candidates.ts";

export interface ResticCall {
  /** The repository's password; undefined when none was named. Reaches restic by a descriptor. */
  readonly password: string | undefined;
  /** An id or `latest`. */
  readonly snapshot: string;
  /** What restic's backend needs: `AWS_ACCESS_KEY_ID` and the like. */
  readonly environment: Readonly<Record<string, string>>;
}

/** restic's addresses (restic.readthedocs.io, "Preparing a new repository"); a path needs no prefix. */
const address = /^(?:s3|rest|sftp|b2|azure|gs|swift|rclone|local):/;

/** More files than a folder of backups has: then only those named like one are read. */
const manyFiles = 200;
const namedLikeABackup = /dump|backup|\.sql|\.tar|\.pgdump|toc\.dat|stdin/i;

/** What a snapshot of a restic repository holds; undefined when the source is none. */
export async function resticCandidates(
  source: string,
  call: ResticCall,
  ports: BackupPorts,
  signal: AbortSignal,
): Promise<Found | undefined> {
  if (!(await isRepository(source, ports))) return undefined;
  if (call.password === undefined)
    throw new InputError(
      "This is a restic repository; say where its password is: --password-ref file:/path or env:NAME.",
    );
  const { password, environment } = call;
  const repository = new Repository({ repository: source, password, environment }, ports);
  const snapshot = choose(await repository.snapshots(signal), call.snapshot);
  const nodes = await repository.list(snapshot.id, signal);
  const candidate = (path: string, bytes: number | undefined, at = snapshot.time): Candidate => ({
    kind: "file",
    name: path,
    bytes,
    changedAt: Number.isNaN(Date.parse(at)) ? undefined : Date.parse(at),
    open: () => repository.dump(snapshot.id, path, signal),
  });
  const files = nodes.filter(({ type }) => type === "file");
  const folders = [...Map.groupBy(files, ({ path }) => path.slice(0, path.lastIndexOf("/")))].map(([path, of]) => ({
    path: path === "" ? "/" : path,
    of,
    isDump: of.some((one) => basename(one.path) === "toc.dat"),
    bytes: of.reduce((sum, { size = 0 }) => sum + size, 0),
  }));
  const alone = folders.flatMap(({ isDump, of }) => (isDump ? [] : of));
  const chosen = alone.length > manyFiles ? alone.filter(({ path }) => namedLikeABackup.test(basename(path))) : alone;
  const passed = alone.length - chosen.length;
  return {
    kind: "restic",
    candidates: [
      ...chosen.map(({ path, size, mtime }) => candidate(path, size, mtime)),
      ...folders.filter(({ isDump }) => isDump).map(({ path, bytes }) => candidate(path, bytes)),
    ],
    passedOver:
      passed === 0
        ? []
        : [
            {
              name: `${passed} files of the snapshot`,
              why: "their names are not those of backups; name the dump's own snapshot, or restore it and prove the file",
            },
          ],
    notes: [
      `Snapshot ${shortId(snapshot.id)} of ${snapshot.time.slice(0, 19)}${snapshot.hostname === undefined ? "" : ` from ${snapshot.hostname}`}; only the packs its files lie in were read: \`restic check --read-data\` reads all.`,
    ],
  };
}

async function isRepository(source: string, { files }: BackupPorts): Promise<boolean> {
  if (address.test(source)) return true;
  if ((await files.look(source))?.kind !== "folder") return false;
  const parts = await Promise.all(
    ["config", "keys", "snapshots", "data"].map((part) => files.look(join(source, part))),
  );
  // One part may be what is missing.
  return parts.filter((part) => part !== undefined).length >= 3;
}

function choose(snapshots: readonly StoredSnapshot[], wanted: string): StoredSnapshot {
  const byTime = snapshots.toSorted((a, b) => Date.parse(b.time) - Date.parse(a.time));
  const chosen = wanted === "latest" ? byTime[0] : byTime.find(({ id }) => wanted.length >= 4 && id.startsWith(wanted));
  if (chosen !== undefined) return chosen;
  if (snapshots.length === 0) throw new InputError("The restic repository holds no snapshot.");
  const known = byTime
    .slice(0, 10)
    .map(({ id, time }) => `${shortId(id)} (${time.slice(0, 16)})`)
    .join(", ");
  throw new InputError(`The restic repository has no snapshot ${wanted}. It has: ${known}.`);
}

/** As restic shows it. */
function shortId(id: string): string {
  return id.slice(0, 8);
}
