import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { databaseWith, mlflowRows, mlflowTables } from "../../backups/others/prove.test-support.ts";
import { instantOf } from "../../kernel/instant.ts";
import { millwright, type Said } from "../shell.test-support.ts";

const dir = mkdtempSync(join(tmpdir(), "millwright-backup-own-"));
after(() => rmSync(dir, { recursive: true, force: true }));

function secret(name: string, text: string): string {
  writeFileSync(join(dir, name), text, { mode: 0o600 });
  return `file:${join(dir, name)}`;
}

const password = "canary-8d1f0c";
const url = await databaseWith(`${mlflowTables}${mlflowRows}`);
execFileSync("openssl", ["genpkey", "-algorithm", "ed25519", "-out", join(dir, "key.pem")]);
chmodSync(join(dir, "key.pem"), 0o600);
execFileSync("openssl", ["pkey", "-in", join(dir, "key.pem"), "-pubout", "-out", join(dir, "public.pem")]);

writeFileSync(
  join(dir, "millwright.server.yaml"),
  `backups:
  installation: acme
  signingKey: file:${join(dir, "key.pem")}
  environments:
    - environment: production
      repository: ${join(dir, "repository")}
      key: ${secret("restic", `${password}\n`)}
      stores:
        - { component: mlflow, kind: postgresql, url: "${secret("url", url)}" }
        - { component: keycloak, kind: postgresql, url: "${secret("nowhere", "postgresql://nobody:hunter2@127.0.0.1:1/none")}" }
`,
);

let now = Date.UTC(2026, 10, 20, 9);
async function run(...args: readonly string[]): Promise<Said> {
  const said = await millwright(dir, args, {
    clock: { now: () => instantOf((now += 10)) },
    variable: (name) => (name === "USER" ? "ana" : undefined),
  });
  for (const text of [said.out, said.err]) assert.doesNotMatch(text, /canary-8d1f0c|hunter2/);
  return said;
}

test("from a declared store to a receipt that holds, and to one that does not any more", async () => {
  const early = await run("backup", "run");
  assert.equal(early.code, 1);
  assert.match(early.out, /no repository yet, or its folder is not mounted/);

  assert.match((await run("backup", "init")).out, /^Made the repository [0-9a-f]{64} for production/);
  const done = await run("backup", "run", "--environment", "production", "--store", "mlflow/database", "-o", "json");
  assert.equal(done.code, 0, done.out + done.err);
  const [{ sealed }] = JSON.parse(done.out) as [{ sealed: { manifest: { id: string } } }];
  const { id } = sealed.manifest;

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

  assert.match((await run("receipt", "verify", `${receipt.slice(0, -4)}AAAA`)).err, /signature is wrong/);
  now += 24 * 3_600_000;
  const late = await run("receipt", "verify", receipt);
  assert.equal(late.code, 2);
  assert.match(late.out, /24 hours after its backup was taken/);
  assert.match((await run("backup", "check", "--read-data")).out, /No damage/);
});

test("a store that fails keeps no other from being backed up, and the run says so", async () => {
  const said = await run("backup", "run", "--quiet");
  assert.equal(said.code, 1);
  assert.match(said.out, /^mlflow\/database +mlflow-database-/m);
  assert.match(said.out, /keycloak\/database has no new backup: the database cannot be reached/);
});

test("mistakes say what to write", async () => {
  const mistakes: readonly (readonly [readonly string[], RegExp])[] = [
    [["backup", "init"], /has its repository already/],
    [
      ["backup", "list", "--environment", "staging"],
      /No backups of staging are declared; there are those of production/,
    ],
    [["backup", "list", "--config", "other.yaml"], /There is no other\.yaml here/],
    [["backup", "run", "--store", "gitlab/database"], /declares no store gitlab\/database/],
    [["backup", "show", "nothing"], /There is no backup nothing/],
    [["receipt", "verify", "nonsense"], /This is no receipt/],
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
