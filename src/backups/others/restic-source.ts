import { basename, join } from "node:path";
import * as z from "zod";
import type { BackupPorts } from "../../kernel/backup-ports.ts";
import { InputError, SystemError } from "../../kernel/errors.ts";
import { adviceFor, wordsOf } from "../repository/restic-words.ts";
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

const Snapshots = z.array(
  z.object({
    id: z.string(),
    short_id: z.string(),
    time: z.string(),
    hostname: z.string().optional(),
    paths: z.array(z.string()).optional(),
    tags: z.array(z.string()).optional(),
  }),
);
type Snapshot = z.infer<typeof Snapshots>[number];

const Node = z.object({
  struct_type: z.literal("node"),
  path: z.string(),
  type: z.string(),
  size: z.number().optional(),
  mtime: z.string().optional(),
});

/** More files than a folder of backups has: then only those named like one are read. */
const manyFiles = 200;
const namedLikeABackup = /dump|backup|\.sql|\.tar|\.pgdump|toc\.dat|stdin/i;

/** What a snapshot of a restic repository holds; undefined when the source is none. */
export async function resticCandidates(
  source: string,
  call: ResticCall,
  ports: BackupPorts,
): Promise<Found | undefined> {
  if (!(await isRepository(source, ports))) return undefined;
  if (call.password === undefined)
    throw new InputError(
      "This is a restic repository; say where its password is: --password-ref file:/path or env:NAME.",
    );
  const restic = new Restic(source, call, ports);
  const snapshot = await restic.choose(call.snapshot);
  const nodes = await restic.list(snapshot);
  const files = nodes.filter(({ type }) => type === "file");
  const folders = new Set(
    files.filter(({ path }) => basename(path) === "toc.dat").map(({ path }) => path.slice(0, -"/toc.dat".length)),
  );
  const alone = files.filter(({ path }) => !folders.has(path.slice(0, path.lastIndexOf("/"))));
  const chosen = alone.length > manyFiles ? alone.filter(({ path }) => namedLikeABackup.test(basename(path))) : alone;
  const passed = alone.length - chosen.length;
  return {
    kind: "restic",
    candidates: [
      ...chosen.map((node) => restic.candidate(snapshot, node.path, node.size, node.mtime)),
      ...[...folders].map((path) => restic.candidate(snapshot, path, undefined, snapshot.time)),
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
      `Snapshot ${snapshot.short_id} of ${snapshot.time.slice(0, 19)}${snapshot.hostname === undefined ? "" : ` from ${snapshot.hostname}`}; only the packs its files lie in were read: \`restic check --read-data\` reads all.`,
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

class Restic {
  readonly #repository: string;
  readonly #call: ResticCall;
  readonly #ports: BackupPorts;

  constructor(repository: string, call: ResticCall, ports: BackupPorts) {
    this.#repository = repository;
    this.#call = call;
    this.#ports = ports;
  }

  async choose(wanted: string): Promise<Snapshot> {
    const text = await this.#read(["snapshots", "--json"]);
    const snapshots = Snapshots.parse(
      JSON.parse(text === "" ? "[]" : (text.split("\n").findLast((line) => line.startsWith("[")) ?? "[]")),
    );
    const byTime = snapshots.toSorted((a, b) => Date.parse(b.time) - Date.parse(a.time));
    const chosen =
      wanted === "latest" ? byTime[0] : byTime.find(({ id }) => wanted.length >= 4 && id.startsWith(wanted));
    if (chosen !== undefined) return chosen;
    if (snapshots.length === 0) throw new InputError("The restic repository holds no snapshot.");
    const known = byTime
      .slice(0, 10)
      .map(({ short_id, time }) => `${short_id} (${time.slice(0, 16)})`)
      .join(", ");
    throw new InputError(`The restic repository has no snapshot ${wanted}. It has: ${known}.`);
  }

  async list({ id }: Snapshot): Promise<readonly z.infer<typeof Node>[]> {
    const text = await this.#read(["ls", "--json", id]);
    return text.split("\n").flatMap((line) => {
      const node = line === "" ? undefined : Node.safeParse(JSON.parse(line));
      return node?.success === true ? [node.data] : [];
    });
  }

  candidate({ id, time }: Snapshot, path: string, bytes: number | undefined, mtime: string | undefined): Candidate {
    const changed = Date.parse(mtime ?? time);
    return {
      kind: "file",
      name: path,
      bytes,
      changedAt: Number.isNaN(changed) ? undefined : changed,
      path: undefined,
      open: () => this.#dump(id, path),
    };
  }

  /** A file's bytes, or a folder as a tar. A pack that is damaged or gone shows when restic ends. */
  async *#dump(snapshot: string, path: string): AsyncGenerator<Uint8Array> {
    const running = this.#ports.programs.start(this.#command(["dump", snapshot, path]));
    let whole = false;
    try {
      yield* running.output;
      whole = true;
    } finally {
      if (!whole) running.stop(); // its reader wants no more
    }
    const ended = await running.ended;
    if (ended.status !== 0) throw new InputError(`restic cannot read it whole: ${wordsOf(ended)}`);
  }

  async #read(args: readonly string[]): Promise<string> {
    const running = this.#ports.programs.start(this.#command(args));
    const chunks: Uint8Array[] = [];
    for await (const chunk of running.output) chunks.push(chunk);
    const ended = await running.ended;
    if (ended.status === 0) return Buffer.concat(chunks).toString("utf8").trim();
    throw new SystemError(`restic cannot read the repository: ${wordsOf(ended)}${adviceFor(ended.errors)}`, "stop");
  }

  #command(args: readonly string[]): Parameters<BackupPorts["programs"]["start"]>[0] {
    return {
      program: "restic",
      // It asks again for a quarter of an hour; a file that is gone does not come back.
      giveUpAt: /retrying after .*(?:no such file or directory|key does not exist)/,
      // Nothing is written: no lock in the repository, no cache of it here.
      args: ["--no-lock", "--no-cache", ...args],
      secret: this.#call.password,
      env: {
        ...this.#call.environment,
        RESTIC_REPOSITORY: this.#repository,
        RESTIC_PASSWORD_FILE: "/dev/fd/3",
      },
    };
  }
}
