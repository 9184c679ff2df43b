import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Client } from "pg";
import { stringify } from "yaml";
import * as z from "zod";
import { fillMlflow } from "../../lab/databases/mlflow.ts";
import { programOnPath } from "../../lab/servers/children.ts";
import { type AskedApplication, askMlflow, modelsListed } from "../../src/backups/restore/ask-application.ts";
import { openHttp } from "../../src/edge/http.ts";
import type { ContractOptions, Outcome } from "./contract-part.ts";
import { noRealMlflow, realMlflow, realMlflowVersion, whileMlflowServes } from "./real-mlflow.ts";

/*
 * MLflow from Python's index on a database that came back from a backup: dropped, restored by the command line, served, asked. More
 * models than MLflow gives on one page, so that all pages are asked for.
 */

const moreModels = 1200;
const checkout = join(import.meta.dirname, "..", "..");
const http = openHttp({ userAgent: "millwright/contract" });

export async function holdRestored(options: ContractOptions, makeDatabase: () => Promise<string>): Promise<Outcome> {
  const program = realMlflow(options);
  const what = "MLflow on a restored database";
  if (program === undefined) return { ...noRealMlflow, what };
  if (programOnPath("restic") === undefined) return { kind: "not-run", what, why: "no restic" };
  const folder = mkdtempSync(join(tmpdir(), "millwright-contract-restored-"));
  chmodSync(folder, 0o755);
  try {
    return await new Restored(folder, await makeDatabase(), program).hold();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const Ran = z.object({ point: z.object({ id: z.string(), backups: z.tuple([z.object({ id: z.string() })]) }) });
const Proved = z.object({ verdict: z.object({ kind: z.string() }), notes: z.array(z.string()) });
const Told = z.object({
  state: z.string(),
  applications: z.array(z.object({ component: z.string(), state: z.string(), words: z.string() })),
});

class Restored {
  readonly #folder: string;
  readonly #url: string;
  readonly #program: string;
  readonly #complaints: string[] = [];

  constructor(folder: string, url: string, program: string) {
    [this.#folder, this.#url, this.#program] = [folder, url, program];
  }

  async hold(): Promise<Outcome> {
    await fillMlflow(this.#url, { version: realMlflowVersion, seed: 1, size: 3 });
    await this.#sql(
      `insert into registered_models select 'model ' || g, 1700000000000 + g, 1700000000000 + g from generate_series(1, ${moreModels}) g`,
    );
    const models = await this.#models();
    this.#declare([]);
    await this.#millwright("init");
    const { point } = Ran.parse(await this.#millwright("run", "--no-prove"));
    await this.#proved(point.backups[0].id, `MLflow ${realMlflowVersion} lists ${models.length} registered models`);
    await this.#sql(`drop database ${this.#name} with (force)`, "postgres");
    await this.#restore(point.id);
    await whileMlflowServes(this.#program, this.#url, (at) => this.#served(at, point.id, models));
    return {
      kind: "held",
      words: `MLflow ${realMlflowVersion} on a database that was dropped and restored lists its ${models.length} models, and says so when it is asked after a restore and by a proof`,
      complaints: this.#complaints,
    };
  }

  /** With MLflow on the path its application is asked as well. */
  async #proved(backup: string, words: string): Promise<void> {
    const { verdict, notes } = Proved.parse(await this.#millwright("prove", backup));
    const saidByMlflow = notes.filter((note) => note.startsWith("MLflow"));
    this.#equal("the proof", { verdict, saidByMlflow }, { verdict: { kind: "proven" }, saidByMlflow: [words] });
  }

  /** One that runs already when its database is restored is asked by the command line itself. */
  async #served(url: string, point: string, models: readonly string[]): Promise<void> {
    const passed = said("passed", `mlflow lists ${models.length} registered models`);
    this.#equal("names", (await modelsListed({ url, shown: undefined, http })).toSorted(), models);
    this.#equal("restored", await this.#ask(url, models.length), passed);
    await this.#sql("delete from registered_models where name = 'model 1'");
    const fewer = `mlflow lists ${models.length - 1} registered models, and the backup has ${models.length}`;
    this.#equal("one is missing", await this.#ask(url, models.length), said("failed", fewer));

    this.#declare([{ component: "mlflow", url }]);
    this.#equal("by the command line", (await this.#restore(point)).applications, [passed]);
    this.#equal("names afterwards", (await modelsListed({ url, shown: undefined, http })).toSorted(), models);
  }

  #ask(url: string, expected: number): Promise<AskedApplication> {
    const pause = (millis: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, millis));
    return askMlflow({ component: "mlflow", url, shown: undefined, expected, http, pause });
  }

  async #restore(point: string): Promise<z.output<typeof Told>> {
    const told = Told.parse(await this.#millwright("restore", point, "--in-place", "--yes"));
    this.#equal("the restore", told.state, "restored");
    return told;
  }

  #equal(what: string, found: unknown, wanted: unknown): void {
    const [is, ought] = [JSON.stringify(found), JSON.stringify(wanted)];
    if (is !== ought) this.#complaints.push(`${what}: ${is.slice(0, 500)}, not ${ought.slice(0, 500)}`);
  }

  #declare(ask: readonly object[]): void {
    const secret = (name: string, text: string): string => {
      writeFileSync(join(this.#folder, name), text, { mode: 0o600 });
      return `file:${join(this.#folder, name)}`;
    };
    const environment = {
      environment: "contract",
      repository: join(this.#folder, "repository"),
      key: secret("key", "of-the-contract"),
      stores: [{ component: "mlflow", kind: "postgresql", url: secret("url", this.#url) }],
      ask,
    };
    const config = { mode: "act", backups: { environments: [environment] } };
    writeFileSync(join(this.#folder, "millwright.server.yaml"), stringify(config));
  }

  async #millwright(...args: readonly string[]): Promise<unknown> {
    const program = ["--disable-warning=ExperimentalWarning", join(checkout, "src", "cli", "start.ts")];
    const output = args[0] === "init" ? [] : ["--output", "json"];
    const child = spawn(process.execPath, [...program, "backup", ...args, ...output], {
      cwd: this.#folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, PATH: `${dirname(this.#program)}:${process.env["PATH"] ?? ""}` },
    });
    let [out, errors] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    await once(child, "close");
    if (child.exitCode !== 0) throw new Error(`millwright backup ${args.join(" ")}: ${out}${errors}`);
    return output.length === 0 ? undefined : JSON.parse(out);
  }

  get #name(): string {
    return new URL(this.#url).pathname.slice(1);
  }

  async #models(): Promise<readonly string[]> {
    return (await this.#sql("select name from registered_models")).map((row) => String(row["name"])).toSorted();
  }

  async #sql(statement: string, database = this.#name): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const connectionString = Object.assign(new URL(this.#url), { pathname: `/${database}` }).href;
    const client = new Client({ connectionString });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(statement)).rows;
    } finally {
      await client.end();
    }
  }
}

function said(state: AskedApplication["state"], words: string): AskedApplication {
  return { component: "mlflow", state, words };
}
