import { spawn } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { addQuickKey } from "../../src/backups/repository/quick-key-ring.ts";
import { openKeys } from "../../src/edge/key-files.ts";
import { openBucket } from "../../src/edge/object-store.ts";
import { SystemError } from "../../src/kernel/errors.ts";
import type { EnvironmentName } from "../platform.ts";
import { programOnPath } from "../servers/children.ts";
import type { StateFolder } from "../state.ts";

/** A repository of restic's in a folder, and the file with its password. */
export interface Place {
  readonly repository: string;
  readonly key: string;
}

/** Where an environment's backups lie, and the folder that stands for another region. */
export function placesOf(
  folder: StateFolder,
  environment: EnvironmentName,
): { readonly first: Place; readonly second: Place } {
  const place = (region: string): Place => ({
    repository: folder.path("backups", region, environment),
    key: folder.secretFile(`backup-${region}-${environment}`),
  });
  return { first: place("here"), second: place("elsewhere") };
}

/** Makes the keys and the empty repositories, once. False where restic is missing. */
export async function makeRepositories(
  folder: StateFolder,
  environments: readonly EnvironmentName[],
): Promise<boolean> {
  const restic = programOnPath("restic");
  if (restic === undefined) return false;
  folder.secret("backup-signing", newSigningKey);
  for (const environment of environments) {
    const { first, second } = placesOf(folder, environment);
    for (const region of ["here", "elsewhere"]) folder.secret(`backup-${region}-${environment}`, newPassword);
    await make(restic, first, undefined);
    await make(restic, second, first);
  }
  return true;
}

/** The one elsewhere cuts files at the same places, so that what is copied is the same there. */
async function make(restic: string, { repository, key }: Place, like: Place | undefined): Promise<void> {
  if (existsSync(join(repository, "config"))) return;
  mkdirSync(repository, { recursive: true, mode: 0o700 });
  const from =
    like === undefined
      ? []
      : ["--from-repo", like.repository, "--from-password-file", like.key, "--copy-chunker-params"];
  const args = ["--quiet", "--repo", repository, "--password-file", key, "init", "--repository-version", "2", ...from];
  const child = spawn(restic, args, { stdio: ["ignore", "ignore", "pipe"], env: { PATH: "/usr/bin:/bin", HOME: "/" } });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(null));
    child.once("close", resolve);
  });
  if (code !== 0) throw new SystemError(`restic made no repository in ${repository}: ${said.trim()}`, "stop");
  await addQuickKey({ repository, password: readFileSync(key, "utf8"), environment: {} }, { openKeys, openBucket });
}

/** As `openssl rand -hex 32` makes one: random by its form, so that the repository is given a quick key as by `backup init`. */
function newPassword(): string {
  return randomBytes(32).toString("hex");
}

function newSigningKey(): string {
  return generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}
