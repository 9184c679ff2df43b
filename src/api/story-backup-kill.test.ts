// oxlint-disable no-restricted-imports -- looks at processes as the rehearsal does
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Client } from "pg";
import { descendantsOf, workingWith } from "../../chaos/backups/processes.ts";
import { databaseWith, folder, mlflowRows, mlflowTables } from "../backups/others/prove.test-support.ts";
import { TestRepository } from "../backups/own.test-support.ts";
import { relayTo } from "../backups/relay.test-support.ts";
import { lastTelling } from "../backups/repository/catalogue.ts";
import { processStart } from "../edge/process-start.ts";
import { emptyDatabase } from "../store/test-support.ts";
import { begin, eventually, platformIn, start } from "./story.test-support.ts";

/*
 * Servers as they are deployed: one that answers, and workers beside it on one database. Whoever has the run in its step is killed.
 */

const example = join(import.meta.dirname, "..", "..", "examples", "mlops-platform");

/** Workers of one server, each a process with a folder of its own. */
function workersOf(t: TestContext, cwd: string, database: string, scratch: string) {
  const workers: ChildProcess[] = [];
  const end = async (worker: ChildProcess): Promise<void> => {
    if (worker.exitCode !== null || worker.signalCode !== null) return;
    const closed = once(worker, "close");
    worker.kill("SIGINT");
    await closed;
  };
  const endAll = async (): Promise<void> => void (await Promise.all(workers.map(end)));
  t.after(endAll);
  return {
    end: endAll,
    begin(name: string): void {
      const args = ["serve", "--only", "worker", "--port", "0", "--data", join(cwd, name), example];
      const worker = start(cwd, args, { WORKERS_DATABASE: database, TMPDIR: scratch });
      for (const stream of [worker.stdout, worker.stderr]) stream?.resume();
      workers.push(worker);
    },
    /** Kills the worker that backs up, at a moment when this program works for it; all that it had started by then, or nothing. */
    kill(program: RegExp): readonly Started[] {
      for (const worker of workers) {
        const all = descendantsOf(worker.pid ?? 0);
        const runner = all.find(({ command }) => / backup run .*--mark /.test(command));
        if (runner === undefined || !descendantsOf(runner.pid).some(({ command }) => program.test(command))) continue;
        const started = all.map(({ pid, command }) => ({ pid, command, start: processStart(pid) }));
        worker.kill("SIGKILL");
        return started;
      }
      return [];
    },
  };
}

interface Started {
  readonly pid: number;
  readonly command: string;
  /** Tells it from a later one of its number; undefined when it had ended already. */
  readonly start: string | undefined;
}

function isGone({ pid, start: began }: Started): boolean {
  return began === undefined || processStart(pid) !== began;
}

/** The server's configuration with its secrets in files. */
function configOf(repository: TestRepository, url: string): string {
  const at = folder();
  const secret = (name: string, text: string): string => {
    writeFileSync(join(at, name), text, { mode: 0o600 });
    return `file:${join(at, name)}`;
  };
  const key = execFileSync("openssl", ["genpkey", "-algorithm", "ed25519"], { encoding: "utf8", stdio: "pipe" });
  return `mode: act
releasesEveryHours: 0
database: { url: "env:WORKERS_DATABASE" }
backups:
  installation: acme
  signingKey: ${secret("signing", key)}
  environments:
    - environment: development
      repository: ${repository.folder}
      key: ${secret("key", repository.password)}
      stores:
        - { component: mlflow, kind: postgresql, url: "${secret("url", url)}" }
`;
}

test("workers killed in the dump and in the proof of one run: another goes on, its backup is made once, no program stays", async (t) => {
  const [repository, database] = [await TestRepository.make(), await emptyDatabase()];
  const source = await databaseWith(`${mlflowTables}${mlflowRows} create table wide (id int, filler text);
    insert into wide select g, md5(g::text) || repeat(md5((g * 7)::text), 30) from generate_series(1, 20000) g;`);
  let killedInDump: readonly Started[] = [];
  const port = await relayTo(Number(new URL(source).port), ({ down }) => {
    if (down > 10_000_000 && killedInDump.length === 0) killedInDump = workers.kill(/pg_dump/);
    return false;
  });
  process.env["WORKERS_DATABASE"] = database;
  const platform = platformIn(t, configOf(repository, Object.assign(new URL(source), { port }).href));
  const scratch = join(folder(), "scratch");
  mkdirSync(scratch, { mode: 0o755 });
  const workers = workersOf(t, platform.folder, database, scratch);
  const asking = new Client({ connectionString: database });
  await platform.up("--only", "api");
  await asking.connect();
  t.after(() => asking.end());
  const stateOf = async (run: string): Promise<string> => {
    const { rows } = await asking.query("select state, reason from runs where id = $1", [run]);
    assert.notEqual(rows[0].state, "waiting", rows[0].reason);
    return rows[0].state;
  };
  workers.begin("first");

  const run = await begin(platform, "back-up", {});
  await eventually("the first worker has it", async () => (await stateOf(run)) === "running");
  workers.begin("second");
  await eventually("a worker was killed in the middle of the dump", () => killedInDump.length > 0);
  const names = killedInDump.map(({ command }) => command).join("\n");
  for (const program of [/--mark/, /pg_dump/, /restic .*backup/]) assert.match(names, program);
  await eventually("what it had started is gone", () => killedInDump.every(isGone));
  workers.begin("third");
  let killedInProof: readonly Started[] = [];
  // It works for some tenths of a second.
  const often = 10;
  const killInProof = async (): Promise<boolean> => {
    assert.notEqual(await stateOf(run), "done", "nobody was killed in the proof");
    killedInProof = workers.kill(/pg_restore/);
    return killedInProof.length > 0;
  };
  await eventually("the next was killed in the proof", killInProof, often);
  await eventually("what it had started is gone too", () => killedInProof.every(isGone));
  const [sealed] = (await repository.catalogue()).backups;
  assert.ok(sealed, "it was sealed before it was proven");

  await eventually("the run is done", async () => (await stateOf(run)) === "done");
  const [made, ...more] = (await repository.catalogue()).backups;
  assert.deepEqual([made?.id, more], [sealed?.id, []]);
  assert.deepEqual([made?.run, lastTelling(made?.proofs ?? [])?.verdict], [`${run}/take`, "proven"]);
  await workers.end();
  await eventually("nobody works there any more", () => workingWith(repository.folder).length === 0);
  assert.deepEqual(readdirSync(scratch), []);
});
