import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readKitFolder } from "../src/edge/kit.ts";
import { freePort } from "../src/store/postmaster.ts";
import { startEnvironment } from "./environment.ts";
import type { EnvironmentOptions } from "./environment-options.ts";
import { Ledger } from "./ledger.ts";
import type { Environment, Platform } from "./platform.ts";
import { inGit } from "./repository/git.ts";
import { fillRepository } from "./repository/repository.ts";
import { StateFolder } from "./state.ts";

/** A platform whose three environments are one and the same, in a folder of its own. */
export async function oneEnvironment(): Promise<
  Platform & { readonly options: EnvironmentOptions; readonly environment: Environment; close(): Promise<void> }
> {
  const { options, remove } = await optionsOfOne();
  const environment = await startEnvironment(options);
  return {
    options,
    environment,
    environments: { development: environment, staging: environment, production: environment },
    ledger: options.ledger,
    async close() {
      await environment.close();
      remove();
    },
  };
}

/** What an environment in a folder of its own is started with. */
export async function optionsOfOne(): Promise<{ readonly options: EnvironmentOptions; readonly remove: () => void }> {
  const data = mkdtempSync(join(tmpdir(), "millwright-lab-one-"));
  chmodSync(data, 0o755);
  const checkout = join(import.meta.dirname, "..");
  const folder = new StateFolder(data, new Date());
  const ledger = new Ledger();
  const repository = join(data, "mlops.git");
  await inGit(data, ["init", "--quiet", "--bare", "-b", "main", repository]);
  const kit = readKitFolder(join(checkout, "kit"));
  await fillRepository({ bare: repository, kit, today: "2026-11-20", scratch: join(data, "scratch") });
  const ports = {
    cluster: await freePort(),
    postgresql: await freePort(),
    redis: await freePort(),
    gitlab: await freePort(),
    hub: await freePort(),
    sharinghub: await freePort(),
  };
  const options: EnvironmentOptions = {
    name: "development",
    folder,
    ledger,
    ports,
    checkout,
    repository,
    objectStore: undefined,
  };
  return { options, remove: () => rmSync(data, { recursive: true, force: true, maxRetries: 5 }) };
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** Asks through the way in, as a stranger who trusts the environment's authority and nobody else. */
export function askIngress(
  environment: Environment,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return askTrusting(environment.caFile, `${environment.urls.gitlab}${path}`, headers);
}

/** Asks an address of HTTPS, and trusts the authorities of a file alone. */
export function askTrusting(
  caFile: string,
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request(url, { ca: readFileSync(caFile, "utf8"), agent: false, headers }, (answer) => {
      let body = "";
      answer.on("data", (chunk: Buffer) => (body += chunk.toString()));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }));
      answer.on("error", reject);
    })
      .on("error", reject)
      .end();
  });
}

/** Looks again and again, for two minutes at most. */
export async function eventually(what: string, is: () => boolean | Promise<boolean>): Promise<void> {
  for (let round = 0; round < 1200; round += 1) {
    if (await is()) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
  throw new Error(`never: ${what}`);
}
