import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startObjectStore } from "../../lab/servers/object-store.ts";
import { freePort } from "../../src/store/postmaster.ts";
import { measured } from "./measure.ts";
import type { Stage } from "./stage.ts";

export interface ObjectFigures {
  readonly count: number;
  readonly first: { readonly rclone: number; readonly ours: number };
  /** When nothing has changed. */
  readonly again: { readonly rclone: number; readonly ours: number };
  readonly memory: number;
}

const bucket = "small";
const [accessKey, secretKey] = ["bench", "bench-secret"];

/** A bucket of small objects copied to this machine by rclone and backed up by us; a reason where one of the two is not here. */
export async function objectFigures(
  stage: Stage,
  count: number,
  say: (line: string) => void,
): Promise<ObjectFigures | string> {
  const folder = stage.folder("s3");
  const store = await startObjectStore({
    tools: join(import.meta.dirname, "..", "..", ".cache", "tools"),
    folder,
    port: await freePort(),
    accessKey,
    secretKey,
    buckets: [bucket],
    register: () => undefined,
  });
  if (store === undefined) return "no program that speaks S3 (needs Go)";
  try {
    if ((await measured("rclone", ["version"]).catch(() => undefined)) === undefined)
      return "rclone is not on this machine: apt-get install rclone";
    makeObjects(store.folderOf(bucket), count);
    const copied = stage.folder("rclone");
    const rclone = (): Promise<number> => byRclone(store.url, copied);
    const repository = await stage.ownRepository("objects");
    const place = {
      component: "bench",
      store: "objects",
      kind: "objects",
      endpoint: store.url,
      bucket,
      region: "us-east-1",
    };
    const keys = { accessKey: { kind: "env", name: "ACCESS" }, secretKey: { kind: "env", name: "SECRET" } };
    const secrets = { ACCESS: accessKey, SECRET: secretKey };
    const ours = () => stage.run("backup", { ...place, prefix: "", ...keys }, repository, { plain: false, secrets });
    const [theirs, own] = [await rclone(), await ours()];
    say(`${count} objects: rclone ${theirs.toFixed(1)} s, ours ${own.seconds.toFixed(1)} s`);
    const [theirsAgain, ownAgain] = [await rclone(), await ours()];
    say(`  again: rclone ${theirsAgain.toFixed(1)} s, ours ${ownAgain.seconds.toFixed(1)} s`);
    return {
      count,
      first: { rclone: theirs, ours: own.seconds },
      again: { rclone: theirsAgain, ours: ownAgain.seconds },
      memory: Math.max(own.memory, ownAgain.memory),
    };
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function byRclone(endpoint: string, to: string): Promise<number> {
  const { seconds } = await measured(
    "rclone",
    ["sync", "--transfers", "24", "--checkers", "24", "--fast-list", `bench:${bucket}`, to],
    {
      // rclone 1.60 cannot take one: this is plain HTTP on this machine.
      AWS_CA_BUNDLE: "",
      RCLONE_CONFIG: "/dev/null",
      RCLONE_CONFIG_BENCH_TYPE: "s3",
      RCLONE_CONFIG_BENCH_PROVIDER: "Other",
      RCLONE_CONFIG_BENCH_ENDPOINT: endpoint,
      RCLONE_CONFIG_BENCH_REGION: "us-east-1",
      RCLONE_CONFIG_BENCH_ACCESS_KEY_ID: accessKey,
      RCLONE_CONFIG_BENCH_SECRET_ACCESS_KEY: secretKey,
    },
  );
  return seconds;
}

/** Files below the bucket's folder are its objects. */
function makeObjects(folder: string, count: number): void {
  for (let index = 0; index < count; index += 1) {
    const at = join(folder, `runs-${Math.floor(index / 1000)}`);
    if (index % 1000 === 0) mkdirSync(at, { recursive: true });
    writeFileSync(
      join(at, `artifact-${index}.json`),
      `{"index": ${index}, "text": "${"x".repeat(100 + (index % 3000))}"}`,
    );
  }
}
