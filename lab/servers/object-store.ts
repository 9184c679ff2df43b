import { spawn } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SystemError } from "../../src/kernel/errors.ts";
import type { Part } from "../part.ts";
import { pause, programOnPath, type Register, startChild } from "./children.ts";
import { accepts } from "./redis.ts";

/** The gateway that speaks S3 over a folder, from its Go module; built once where Go is at hand. */
const module = "github.com/versity/versitygw/cmd/versitygw";
const version = "v1.8.0";

export interface ObjectStore extends Part {
  readonly url: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly buckets: readonly string[];
  /** Where its objects lie as files; what is written there is an object too, one without an ETag. */
  folderOf(bucket: string): string;
}

export interface ObjectStoreOptions {
  /** Where tools that were built are kept: `.cache/tools`. */
  readonly tools: string;
  readonly folder: string;
  readonly port: number;
  readonly accessKey: string;
  readonly secretKey: string;
  /** `us-east-1` where none is named; it takes no request that is signed for another. */
  readonly region?: string | undefined;
  readonly buckets: readonly string[];
  readonly register: Register;
}

/** The program; undefined where it is neither there nor can be built. The build takes minutes, once. */
async function objectStoreProgram(tools: string): Promise<string | undefined> {
  const built = join(tools, "versitygw");
  if (existsSync(built)) return built;
  const go = programOnPath("go");
  if (go === undefined) return undefined;
  mkdirSync(tools, { recursive: true });
  const status = await new Promise<number | null>((resolve) => {
    const env = { ...process.env, GOBIN: tools, GOFLAGS: "-mod=mod -buildvcs=false" };
    const child = spawn(go, ["install", `${module}@${version}`], {
      cwd: tmpdir(),
      env,
      stdio: "ignore",
      timeout: 900_000,
    });
    child.once("error", () => resolve(null));
    child.once("exit", resolve);
  });
  return status === 0 && existsSync(built) ? built : undefined;
}

const posix = ["posix", "--versioning-dir"];

/** undefined where there is no program for it: the object store is then not set up. */
export async function startObjectStore(options: ObjectStoreOptions): Promise<ObjectStore | undefined> {
  const program = await objectStoreProgram(options.tools);
  if (program === undefined) return undefined;
  const { folder, port, accessKey, secretKey, region = "us-east-1", buckets, register } = options;
  const data = join(folder, "buckets");
  // To the gateway a folder below its root is a bucket.
  for (const bucket of buckets) mkdirSync(join(data, bucket), { recursive: true });
  mkdirSync(join(folder, "versions"), { recursive: true });
  const child = await startChild({
    name: "object store",
    command: [program, "--port", `127.0.0.1:${port}`, "--region", region, ...posix, join(folder, "versions"), data],
    cwd: folder,
    env: { PATH: "/usr/bin:/bin", HOME: folder, ROOT_ACCESS_KEY: accessKey, ROOT_SECRET_KEY: secretKey },
    logFile: join(folder, "log"),
    register,
  });
  for (let waited = 0; !(await accepts(port)); waited += 50) {
    if (waited > 15_000 || !child.isAlive()) {
      await child.stop();
      throw new SystemError(`the object store did not start; it says why in ${join(folder, "log")}`, "stop");
    }
    await pause(50);
  }
  return {
    name: "object store",
    url: `http://127.0.0.1:${port}`,
    accessKey,
    secretKey,
    buckets,
    folderOf: (bucket) => join(data, bucket),
    close: () => child.stop(),
  };
}
