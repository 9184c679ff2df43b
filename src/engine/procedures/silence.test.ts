import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openHttp } from "../../edge/http.ts";
import { freePort } from "../../store/postmaster.ts";
import { actionsOf } from "../actions/index.ts";
import { silenceTraces } from "../actions/traces.ts";
import { abortRun, attestStep } from "../decisions.ts";
import { planOf } from "../plan.ts";
import { startRun } from "../start-run.ts";
import { ada, type Bench, ben, openBench } from "../test-support.ts";
import { procedures } from "./index.ts";
import { silence } from "./silence.ts";

const missing = spawnSync("prometheus-alertmanager", ["--version"]).error !== undefined;
const skip = missing ? "not run: there is no Alertmanager (Debian's prometheus-alertmanager)" : false;
const http = openHttp({ userAgent: "millwright/test" });
let url = "";
let server: ChildProcess | undefined;
let folder = "";

before(async () => {
  if (missing) return;
  folder = mkdtempSync(join(tmpdir(), "millwright-alertmanager-"));
  writeFileSync(join(folder, "config.yml"), "route: { receiver: nobody }\nreceivers: [ { name: nobody } ]\n");
  const address = `127.0.0.1:${await freePort()}`;
  url = `http://${address}`;
  server = spawn(
    "prometheus-alertmanager",
    [
      `--config.file=${folder}/config.yml`,
      `--storage.path=${folder}`,
      `--web.listen-address=${address}`,
      "--cluster.listen-address=",
    ],
    { stdio: "ignore" },
  );
  for (let tries = 0; tries < 1200; tries += 1) {
    const ready = await http.fetch(`${url}/-/ready`).catch(() => undefined);
    if (ready?.status === 200) return;
    await new Promise((done) => setTimeout(done, 50));
  }
});
after(() => {
  server?.kill("SIGKILL");
  if (folder !== "") rmSync(folder, { recursive: true, force: true });
});

async function bench(): Promise<Bench> {
  const made = await openBench();
  const registry = actionsOf({ alertmanager: { http, url }, notify: async (draft) => void made.notices.push(draft) });
  made.policy = { ...made.policy, procedures };
  // Alertmanager goes by the machine's clock.
  made.ports = { ...made.ports, registry: () => registry, now: () => made.at };
  made.later((Date.now() - Date.parse(made.at)) / 1000);
  return made;
}

async function silences(): Promise<
  readonly { readonly comment: string; readonly status: { readonly state: string } }[]
> {
  return JSON.parse((await http.fetch(`${url}/api/v2/silences`)).body);
}

const given = { matchers: [{ name: "service", value: "mlflow" }], minutes: 30, reason: "MLflow is restarted" };
const wanted = { procedure: "silence-and-inform", arguments: given, environment: "staging", requestedBy: ada };

test("alerts are silenced for the work, people are told, and the silence ends with it", { skip }, async () => {
  const made = await bench();
  const run = await startRun(made.store, made.at, made.policy, wanted, made.ports.record);
  await made.settle();
  const during = (await silences()).filter(({ comment }) => comment.includes(run.id));
  assert.deepEqual(
    during.map(({ status }) => status.state),
    ["active"],
  );

  await attestStep(made.deciding(ben), run.id, { outcome: "done", message: "restarted", evidence: {} });
  await made.settle();

  assert.equal((await made.show(run.id)).state, "done", (await made.show(run.id)).reason ?? "");
  const afterwards = (await silences()).filter(({ comment }) => comment.includes(run.id));
  assert.deepEqual(
    afterwards.map(({ status }) => status.state),
    ["expired"],
  );
  assert.deepEqual(
    made.notices.map(({ title }) => title).filter((title) => title.startsWith("Maintenance")),
    ["Maintenance has begun: MLflow is restarted", "Maintenance is over: MLflow is restarted"],
  );
  await made.store.close();
});

test("a silence that was made and never written down is found, and not made again", { skip }, async () => {
  const made = await bench();
  const run = await startRun(made.store, made.at, made.policy, wanted, made.ports.record);
  const [leg] = await made.sweep();
  assert.ok(leg !== undefined);
  const body = {
    matchers: [{ name: "service", value: "mlflow", isRegex: false, isEqual: true }],
    startsAt: made.at,
    endsAt: new Date(Date.parse(made.at) + 1_800_000).toISOString(),
    createdBy: "millwright",
    comment: `MLflow is restarted [${run.id}/silence]`,
  };
  await http.fetch(`${url}/api/v2/silences`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

  made.later(61);
  await made.settle();

  assert.equal((await silences()).filter(({ comment }) => comment.includes(run.id)).length, 1);
  const traces = await silenceTraces({ http, url });
  assert.ok(traces.some(({ mark }) => mark === `${run.id}/silence`));
  await abortRun(made.deciding(ben), run.id, "enough");
  await made.settle();
  assert.equal((await made.show(run.id)).state, "aborted");
  assert.equal(
    (await silences()).filter(({ comment, status }) => comment.includes(run.id) && status.state === "active").length,
    0,
  );
  await made.store.close();
});

test("a silence of everything is refused when it is planned", () => {
  const all = { ...given, matchers: [{ name: "alertname", value: ".*", isRegex: true }] };
  assert.throws(() => planOf(silence, all), /matches every alert/);
});
