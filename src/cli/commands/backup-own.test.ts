import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { z } from "zod";
import { databaseWith, mlflowRows, mlflowTables } from "../../backups/others/prove.test-support.ts";
import { quickenKey } from "../../backups/repository/quick-key.test-support.ts";
// oxlint-disable-next-line no-restricted-imports -- tests bind the ports as main.ts does
import { openBackups } from "../../edge/backups.ts";
import { InputError } from "../../kernel/errors.ts";
import { instantOf } from "../../kernel/instant.ts";
import { millwright, type Said } from "../shell.test-support.ts";
import { site } from "./backup.test-support.ts";

const { dir, secret } = site();
const password = "canary-8d1f0c";
const url = await databaseWith(`${mlflowTables}${mlflowRows}`);
execFileSync("openssl", ["genpkey", "-algorithm", "ed25519", "-out", join(dir, "key.pem")]);
chmodSync(join(dir, "key.pem"), 0o600);
execFileSync("openssl", ["pkey", "-in", join(dir, "key.pem"), "-pubout", "-out", join(dir, "public.pem")]);

const ownDatabase = secret(
  "own",
  await databaseWith("create table work_order (id int); insert into work_order values (1)"),
);
const declared = (settings: string): string => `backups:
  installation: acme${settings}
  signingKey: file:${join(dir, "key.pem")}
  environments:
    - environment: production
      repository: ${join(dir, "repository")}
      key: ${secret("restic", `${password}\n`)}
      stores:
        - { component: mlflow, kind: postgresql, url: "${secret("url", url)}" }
        - { component: keycloak, kind: postgresql, url: "${secret("nowhere", "postgresql://nobody:hunter2@127.0.0.1:1/none")}" }
    - environment: staging
      repository: ${join(dir, "staging")}
      key: ${secret("restic-staging", `${password}\n`)}
      disposable: [{ component: gitlab, store: redis, why: "a cache that fills itself again" }]
      stores:
        - { component: mlflow, kind: postgresql, url: "${secret("url", url)}" }
        - { kind: millwright }
database: { url: "${ownDatabase}" }
`;

writeFileSync(join(dir, "millwright.server.yaml"), declared(""));

let now = Date.UTC(2026, 10, 20, 9);
/** Milliseconds between two looks at the clock. */
let tick = 10;
/** Without an environment named, of production. */
const environments = ["--environment", "production"] as const;
async function run(...args: readonly string[]): Promise<Said> {
  const named = args.includes("--environment") || args.includes("nowhere") || args[1] === "verify" ? [] : environments;
  const said = await millwright(dir, [...args, ...named], {
    clock: { now: () => instantOf((now += tick)) },
    variable: (name) => (name === "USER" ? "ana" : undefined),
  });
  for (const text of [said.out, said.err]) assert.doesNotMatch(text, /canary-8d1f0c|hunter2/);
  return said;
}

test("from a declared store to a receipt that holds, and to one that does not any more", async () => {
  const early = await run("backup", "run");
  assert.equal(early.code, 1);
  assert.match(early.out + early.err, /no repository yet, or its folder is not mounted/);

  assert.match((await run("backup", "init")).out, /^Made the repository [0-9a-f]{64} for production/);
  quickenKey(join(dir, "repository"), password);
  const done = await run(
    "backup",
    "run",
    "--environment",
    "production",
    "--store",
    "mlflow/database",
    "--no-prove",
    "-o",
    "json",
  );
  assert.equal(done.code, 0, done.out + done.err);
  const told = JSON.parse(done.out) as { outcomes: [{ sealed: { manifest: { id: string } } }] };
  const { id } = told.outcomes[0].sealed.manifest;

  assert.match((await run("receipt", "show", id)).err, /was not proven yet/);
  const proof = await run("backup", "prove", id);
  assert.equal(proof.code, 0, proof.out + proof.err);
  assert.match(proof.out, /^PROVEN .*5 tables, 3007 rows/);

  const list = await run("backup", "list");
  assert.match(list.out, new RegExp(`${id} +mlflow/database .*proven`));
  const shown = await run("backup", "show", id.slice(0, -3));
  assert.match(shown.out, /schema +[0-9a-f]{12}$/m);

  const receipt = (await run("receipt", "show", id)).out.trim();
  assert.match(receipt, /^millwright-receipt-1\.[\w.-]+$/);
  const valid = await run("receipt", "verify", receipt, "--read-data", "--public-key", "public.pem");
  assert.equal(valid.code, 0, valid.out + valid.err);
  assert.match(valid.out, /^VALID until 2026-11-21T09:/);
  assert.match(valid.out, /does not cover the artifacts/);

  const forged = [
    [`${receipt.slice(0, -4)}AAAA`, /signature is wrong/],
    ["nonsense", /This is no receipt/],
  ] as const;
  for (const [line, why] of forged)
    for (const output of ["table", "json", "yaml"]) {
      const refused = await run("receipt", "verify", line, "-o", output);
      assert.deepEqual([refused.code, refused.err], [2, ""], output);
      assert.match(refused.out, /refused/i);
      assert.match(refused.out, why);
    }
  now += 24 * 3_600_000;
  const late = await run("receipt", "verify", receipt);
  assert.equal(late.code, 2);
  assert.match(late.out, /24 hours after its backup was taken/);
  writeFileSync(join(dir, "longer.yaml"), declared("\n  receiptHours: 48"));
  assert.match((await run("receipt", "verify", receipt, "--config", "longer.yaml")).out, /^VALID until 2026-11-22T09:/);
  for (const hours of ["0", "721", "1.5"]) {
    writeFileSync(join(dir, "wrong.yaml"), declared(`\n  receiptHours: ${hours}`));
    const refused = await run("receipt", "verify", receipt, "--config", "wrong.yaml");
    assert.equal(refused.code, 1, refused.out);
    assert.match(refused.err, /receiptHours/);
  }
  assert.match((await run("backup", "check", "--read-data")).out, /No damage/);
});

test("a person is told how much went into the repository and how fast, unless told to be quiet", async () => {
  tick = 12_000; // so that each piece of a stream is told
  const told = await run("backup", "run", "--environment", "production", "--store", "mlflow/database", "--no-prove");
  tick = 10;
  assert.match(told.err, /^mlflow\/database: [\d.]+ k?B, [\d.]+ k?B a second/m);
});

test("a store that fails keeps no other from being backed up, and the run says so", async () => {
  const said = await run("backup", "run", "--quiet");
  assert.doesNotMatch(said.err, / a second/);
  assert.equal(said.code, 1);
  assert.match(said.out, /^mlflow\/database +mlflow-database-/m);
  assert.match(said.out, /keycloak\/database has no new backup: the database cannot be reached/);
  assert.match(said.out, /There is no recovery point/);
});

test("all stores of an environment are one recovery point, Millwright's own database among them", async () => {
  const staging = ["--environment", "staging"] as const;
  await run("backup", "init", ...staging);
  quickenKey(join(dir, "staging"), password);
  tick = 2500; // so that each piece of a stream is told
  const lines = (await run("backup", "run", ...staging, "-o", "jsonl")).out.trim().split("\n");
  tick = 10;
  const said = lines.map((line) => JSON.parse(line) as Record<string, string>);
  const point = said.find(({ kind }) => kind === "point");
  assert.deepEqual([point?.["fence"], point?.["proof"]], ["unfenced", "proven"], JSON.stringify(point));
  assert.ok(
    said.some(({ kind, store, proof }) => kind === "outcome" && store === "millwright/database" && proof === "proven"),
  );
  for (const what of ["backup", "proof"])
    assert.ok(said.some((line) => line["kind"] === "progress" && line["what"] === what && Number(line["done"]) > 0));

  const id = point?.["point"] ?? "";
  assert.match((await run("backup", "list", ...staging)).out, new RegExp(`${id} .*unfenced +proven`));
  assert.match((await run("backup", "show", id, ...staging)).out, /unfenced +no fence is declared/);
  const receipt = (await run("receipt", "show", id, ...staging)).out.trim();
  const valid = await run("receipt", "verify", receipt, "--read-data");
  assert.equal(valid.code, 0, valid.out + valid.err);
  for (const words of [
    /covers millwright\/database/,
    /taken without a fence/,
    /gitlab\/redis, declared disposable/,
    /sealing keys/,
  ])
    assert.match(valid.out, words);
});

test("a run that proves ends with the receipt of its point, alone on its line; a program gets each store's too", async () => {
  const said = await run("backup", "run", "--environment", "staging", "--quiet");
  assert.equal(said.code, 0, said.out + said.err);
  const [, lines = ""] = said.out.split("\nReceipt\n");
  const [line = "", ...rest] = lines.trim().split("\n");
  assert.deepEqual(
    rest.map((one) => one.trim()),
    ["of one store: millwright receipt show BACKUP, as it is named above"],
  );
  const [store, receipt = ""] = line.trim().split("  ");
  assert.equal(store, "all of it");
  const valid = await run("receipt", "verify", receipt, "--environment", "staging");
  assert.match(valid.out, /^VALID until /, valid.out + valid.err);
  assert.match(valid.out, /gitlab\/redis, declared disposable/);

  const printed = await run("backup", "run", "--environment", "staging", "--quiet", "-o", "json");
  const { receipts } = z
    .object({
      receipts: z.array(z.object({ store: z.string(), receipt: z.string().startsWith("millwright-receipt-1.") })),
    })
    .parse(JSON.parse(printed.out));
  assert.deepEqual(
    receipts.map((one) => one.store),
    ["mlflow/database", "millwright/database", "all of it"],
  );
});

test("a run that was to prove and could not says so, and does not end well", async () => {
  await run("backup", "init", "--environment", "staging");
  const whole = openBackups({ PATH: process.env["PATH"] });
  const none = { make: () => Promise.reject(new InputError("nothing may be restored here")) };
  const backups = { ...whole, ports: { ...whole.ports, scratch: none } };
  const wanted = ["backup", "run", "--environment", "staging", "--quiet"];
  for (const only of [[], ["--store", "mlflow/database"]]) {
    const told = await millwright(dir, [...wanted, ...only], {
      backups: () => Promise.resolve(backups),
      clock: { now: () => instantOf((now += tick)) },
    });
    assert.equal(told.code, 2, told.out + told.err);
    assert.match(told.out, /mlflow\/database was backed up, and not proven: /);
    assert.match(told.out + told.err, /nothing may be restored here/);
  }
});

test("a signing key that cannot be read keeps no backup from being proven, and the run says why there is no receipt", async () => {
  await run("backup", "init", "--environment", "staging");
  const whole = openBackups({ PATH: process.env["PATH"] });
  const secret: typeof whole.secret = async (ref) => {
    if (JSON.stringify(ref).includes("key.pem")) throw new InputError("only the server may read key.pem");
    return whole.secret(ref);
  };
  const wanted = ["backup", "run", "--environment", "staging", "--quiet", "--store", "mlflow/database"];
  const told = await millwright(dir, wanted, {
    backups: () => Promise.resolve({ ...whole, secret }),
    clock: { now: () => instantOf((now += tick)) },
  });
  assert.equal(told.code, 0, told.out + told.err);
  assert.match(told.out, /no receipt can be signed here: only the server may read key\.pem/);
});

test("mistakes say what to write", async () => {
  const mistakes: readonly (readonly [readonly string[], RegExp])[] = [
    [["backup", "init"], /has its repository already/],
    [
      ["backup", "list", "--environment", "testing"],
      /No backups of testing are declared; there are those of production, staging/,
    ],
    [["backup", "show", "nowhere"], /Name the environment: --environment production or staging/],
    [["backup", "list", "--config", "other.yaml"], /There is no other\.yaml here/],
    [["backup", "run", "--store", "gitlab/database"], /declares no store gitlab\/database/],
    [["backup", "show", "nothing"], /There is no backup nothing/],
    [["backup", "prune", "--hold", "mlflow-databse-1", "--yes"], /no backup mlflow-databse-1 to be held/],
    [["backup", "second", "--late-hours", "soon"], /give hours, such as 24/],
    [["receipt", "verify", "nonsense", "--public-key", "millwright.server.yaml"], /is none in PEM/],
    [["receipt", "verify", "nonsense", "--public-key", "millwright.server.yaml", "-o", "json"], /is none in PEM/],
  ];
  for (const [args, words] of mistakes) {
    const said = await run(...args);
    assert.equal(said.code, 1, args.join(" "));
    assert.match(said.err, words);
  }
});

test("nothing of a backup or a proof stays outside the repository", () => {
  const left = readdirSync(tmpdir()).filter((name) => name.startsWith(`millwright-proof-${process.pid}-`));
  assert.deepEqual(left, []);
});
