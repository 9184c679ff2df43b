import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { databaseWith, mlflowRows, mlflowTables } from "../../backups/others/prove.test-support.ts";
import { quickenKey } from "../../backups/repository/quick-key.test-support.ts";
import { instantOf } from "../../kernel/instant.ts";
import { millwright, type Said } from "../shell.test-support.ts";
import { site } from "./backup.test-support.ts";

const { dir, secret } = site();
execFileSync("openssl", ["genpkey", "-algorithm", "ed25519", "-out", join(dir, "key.pem")], { stdio: "ignore" });
chmodSync(join(dir, "key.pem"), 0o600);
execFileSync("openssl", ["pkey", "-in", join(dir, "key.pem"), "-pubout", "-out", join(dir, "public.pem")]);
const mlflow = await databaseWith(`${mlflowTables}${mlflowRows}`);
const keycloak = await databaseWith("create table realm (id int primary key); insert into realm values (1), (2)");
writeFileSync(
  join(dir, "millwright.server.yaml"),
  `backups:
  installation: acme
  signingKey: file:${join(dir, "key.pem")}
  environments:
    - environment: production
      repository: ${join(dir, "repository")}
      key: ${secret("key", "canary-51e0\n")}
      second: { repository: ${join(dir, "second")}, key: "${secret("second-key", "canary-other\n")}" }
      rpoHours: 2
      disposable: [{ component: gitlab, store: redis, why: "a cache that fills itself again" }]
      stores:
        - { component: mlflow, kind: postgresql, url: "${secret("mlflow", mlflow)}" }
        - { component: keycloak, kind: postgresql, url: "${secret("keycloak", keycloak)}" }
`,
);

let now = Date.UTC(2026, 10, 20, 9);
async function run(...args: readonly string[]): Promise<Said> {
  const said = await millwright(dir, ["backup", ...args], {
    clock: { now: () => instantOf((now += 50)) },
    variable: () => "ana",
  });
  for (const text of [said.out, said.err]) assert.doesNotMatch(text, /canary/);
  return said;
}

interface Drill {
  readonly report: {
    readonly id: string;
    readonly from: string;
    readonly verdict: string;
    readonly why: readonly string[];
    readonly stores: readonly {
      readonly store: string;
      readonly restoreSeconds: number;
      readonly ageSeconds: number;
    }[];
    readonly components: readonly { readonly component: string; readonly met: boolean }[];
    readonly continuity: readonly { readonly id: string; readonly how: string; readonly by?: string }[];
  };
}
const told = ({ out }: Said): Drill["report"] => (JSON.parse(out) as Drill).report;

await run("init");
await run("init", "--second");
quickenKey(join(dir, "repository"), "canary-51e0");
quickenKey(join(dir, "second"), "canary-other");

test("there is no drill without a recovery point", async () => {
  assert.match((await run("drill")).err, /There is no recovery point to rebuild from/);
});

test("everything is restored in order, measured, signed, and kept; what people did is named", async () => {
  const taken = await run("run");
  assert.equal(taken.code, 0, taken.out + taken.err);
  const said = await run(
    "drill",
    "-o",
    "json",
    "--attest",
    "cluster=Ben:made from code in a spare project",
    "--output-file",
    "report.html",
  );
  assert.equal(said.code, 0, said.out + said.err);
  const { stores, components, continuity, verdict } = told(said);
  assert.deepEqual([verdict, stores.map(({ store }) => store)], ["passed", ["mlflow/database", "keycloak/database"]]);
  assert.ok(stores.every(({ restoreSeconds, ageSeconds }) => restoreSeconds > 0 && ageSeconds >= 0));
  assert.ok(components.every(({ met }) => met));
  const how = new Map(continuity.map((one) => [one.id, one]));
  assert.deepEqual([how.get("cluster")?.how, how.get("cluster")?.by], ["attested", "Ben"]);
  assert.deepEqual(
    ["databases", "sealing-key", "entry"].map((id) => how.get(id)?.how),
    ["done", "open", "open"],
  );
  const html = readFileSync(join(dir, "report.html"), "utf8");
  assert.match(html, /Not shown of a rebuild from nothing: sealing-key, argo-cd, secrets, data, applications, entry\./);
  assert.match(html, /made from code in a spare project.*Ben/s);
  assert.match(html, /a cache that fills itself again/);
  assert.match((await run("drill", "--list")).out, /drill-\d{8}T\d{6}Z-\w+ .*passed/);
  const again = told(await run("drill", "--show", told(said).id.slice(0, -2), "-o", "json"));
  assert.deepEqual(again, told(said));
  assert.match(
    (await run("drill", "--show", told(said).id)).out,
    /not shown of a rebuild: argo-cd, applications, entry \(nobody attests\); sealing-key, secrets, data \(not in the\s+backup\)/,
  );
});

test("a report holds by its signature, and not when a word of it is changed or another signed", async () => {
  await run("drill", "--one", "--output-file", "report.json");
  assert.match(
    (await run("drill", "--verify", "report.json", "--public-key", "public.pem")).out,
    /The signature is right/,
  );
  const text = readFileSync(join(dir, "report.json"), "utf8");
  writeFileSync(join(dir, "forged.json"), text.replace('"verdict": "passed"', '"verdict": "failed"'));
  assert.match((await run("drill", "--verify", "forged.json")).err, /signature is wrong/);
  writeFileSync(join(dir, "unsigned.json"), JSON.stringify({ report: (JSON.parse(text) as Drill).report }));
  assert.match((await run("drill", "--verify", "unsigned.json")).err, /is not signed/);
  execFileSync("openssl", ["genpkey", "-algorithm", "ed25519", "-out", join(dir, "other.pem")], { stdio: "ignore" });
  assert.match(
    (await run("drill", "--verify", "report.json", "--public-key", "other.pem")).err,
    /which is not configured here/,
  );
});

test("month by month the store is tried whose last drill is longest ago", async () => {
  const before = (JSON.parse(readFileSync(join(dir, "report.json"), "utf8")) as Drill).report;
  const next = told(await run("drill", "--one", "-o", "json"));
  assert.deepEqual(
    new Set([...before.stores, ...next.stores].map(({ store }) => store)),
    new Set(["mlflow/database", "keycloak/database"]),
  );
});

test("data that is older than may be lost fails the drill", async () => {
  now += 3 * 3_600_000;
  const said = await run("drill", "--component", "keycloak", "-o", "json");
  assert.equal(said.code, 2);
  assert.match(told(said).why.join(), /keycloak\/database was 3(\.\d)? hours old, and 2 may be lost/);
  now -= 3 * 3_600_000;
});

test("a drill from the second repository is known in the first too, where the server reads it", async () => {
  assert.match((await run("second")).out, /^current: /);
  const lines = (await run("second", "--copy", "-o", "jsonl")).out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual([lines[0].what, lines.at(-1).kind, lines.at(-1).second.kind], ["copy", "stands", "current"]);
  const drilled = told(await run("drill", "--second", "--component", "keycloak", "-o", "json"));
  assert.deepEqual([drilled.from, drilled.verdict], ["second", "passed"]);
  for (const where of [[], ["--second"]])
    assert.deepEqual(told(await run("drill", "--show", drilled.id, "-o", "json", ...where)), drilled);
});

test("a drill of a run that is done again writes to the first repository the report that only the second has, once", async () => {
  const again = ["drill", "--second", "--component", "keycloak", "--mark", "run-1/drill", "-o", "json"] as const;
  renameSync(join(dir, "repository"), join(dir, "away"));
  const early = await run(...again);
  renameSync(join(dir, "away"), join(dir, "repository"));
  assert.match(early.err, /The report lies in the second repository alone/);
  assert.match((await run("drill", "--show", "drill-run-1-drill")).err, /There is no drill/);

  const late = await run(...again);

  assert.deepEqual([late.code, told(late)], [0, told(early)], late.err);
  assert.deepEqual(told(await run("drill", "--show", "drill-run-1-drill", "-o", "json")), told(early));
  const snapshots = (): number => readdirSync(join(dir, "repository", "snapshots")).length;
  const before = snapshots();
  await run(...again);
  assert.equal(snapshots(), before, "what is there already is not written again");
  const other = await run("drill", "--second", "--component", "keycloak", "--mark", "run-1/dri", "-o", "json");
  assert.equal(told(other).id, "drill-run-1-dri", "another step whose name begins so is another drill");
});

test("with the first repository gone, the drill is done from the second alone", async () => {
  rmSync(join(dir, "repository"), { recursive: true });
  rmSync(join(dir, "key"));
  const said = await run("drill", "--second", "-o", "json");
  assert.equal(said.code, 0, said.out + said.err);
  assert.match(said.err, /The report lies in the second repository alone/);
  assert.deepEqual([told(said).from, told(said).verdict], ["second", "passed"]);
  const back = await run(
    "restore",
    "--second",
    (JSON.parse((await run("list", "--second", "-o", "json")).out) as { backups: [{ id: string }] }).backups[0].id,
    "--to",
    "back",
    "--yes",
  );
  assert.equal(back.code, 0, back.out + back.err);
});
