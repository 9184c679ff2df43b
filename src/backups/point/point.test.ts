import assert from "node:assert/strict";
import { test } from "node:test";
import type { Programs } from "../../kernel/backup-ports.ts";
import { InputError, SystemError } from "../../kernel/errors.ts";
import { BackupStore } from "../../platform/backup-stores.ts";
import type { SecretRef } from "../../platform/secret-ref.ts";
import { databaseWith, mlflowRows, mlflowTables } from "../others/prove.test-support.ts";
import { TestRepository, testPorts } from "../own.test-support.ts";
import { receiptFor } from "../receipts/issue.ts";
import { lastTelling } from "../repository/catalogue.ts";
import { hurtPacks } from "../repository/hurt.test-support.ts";
import { inOrder } from "./take-point.ts";

const urls: Record<string, string> = {
  MLFLOW: await databaseWith(`${mlflowTables}${mlflowRows}`),
  KEYCLOAK: await databaseWith("create table realm (id text primary key); insert into realm values ('master')"),
  NOWHERE: "postgresql://nobody@127.0.0.1:1/none",
};
const secret = async (ref: SecretRef): Promise<string> => (ref.kind === "env" ? (urls[ref.name] ?? "") : "");

const database = (component: string, name: string): BackupStore => ({
  component,
  store: "database",
  kind: "postgresql",
  url: { kind: "env", name },
});
const stores = [database("mlflow", "MLFLOW"), database("keycloak", "KEYCLOAK")];
const disposable = [{ component: "gitlab", store: "redis", why: "a cache that fills itself" }];

/** Programs under which restic is ended while it stores a file. */
function endedAt(file: string): { readonly programs: Programs } {
  return {
    programs: {
      restorers: () => testPorts.programs.restorers(),
      start(call) {
        const running = testPorts.programs.start(call);
        if (call.args.includes("backup") && call.args.includes(file)) running.stop();
        return running;
      },
    },
  };
}

test("archives and databases come before the objects that their rows name, and those before the rest", () => {
  const pod = { namespace: "mlflow", labels: "app=mlflow" };
  const place = { endpoint: "https://s3.example.org", accessKey: "env:KEY", secretKey: "env:KEY" };
  const files: BackupStore = { component: "a", store: "files", kind: "files", pod, paths: ["/data"] };
  const bucket = BackupStore.parse({ ...place, component: "gitlab", store: "lfs", kind: "objects", bucket: "lfs" });
  const archive = BackupStore.parse({ kind: "gitlab", toolbox: pod, backups: { ...place, bucket: "backups" } });
  const own: BackupStore = { component: "m", store: "database", kind: "millwright" };
  const ordered = inOrder([files, bucket, database("z", "Z"), own, archive]);
  assert.deepEqual(
    ordered.map(({ kind }) => kind),
    ["gitlab", "postgresql", "millwright", "objects", "files"],
  );
});

test("a point is of all stores: where one has no backup there is none, and the others stand for themselves", async () => {
  const repository = await TestRepository.make();
  const { outcomes, point } = await repository.takePoint([...stores, database("gitlab", "NOWHERE")], { secret });
  assert.deepEqual(
    outcomes.map(({ kind }) => kind),
    ["backed-up", "backed-up", "failed"],
  );
  assert.equal(point, undefined);
  const { backups, points, debris } = await repository.catalogue();
  assert.deepEqual([backups.length, points.length, debris.length], [2, 0, 0]);
});

test("a point that was not written whole is debris, and the next run makes one", async () => {
  const repository = await TestRepository.make();
  for (const file of ["point.json", "manifest.json"]) {
    const taking = repository.takePoint(stores, { secret }, endedAt(file));
    if (file === "point.json") await assert.rejects(taking, SystemError);
    else assert.equal((await taking).point, undefined);
    assert.deepEqual((await repository.catalogue()).points, []);
  }
  const stop = new AbortController();
  const broken = repository.takePoint(stores, {
    secret,
    signal: stop.signal,
    optionsFor: async ({ component }) => {
      if (component === "keycloak") stop.abort(new SystemError("it was broken off", "stop"));
      return { progress: () => undefined };
    },
  });
  assert.deepEqual(
    (await broken).outcomes.map(({ kind }) => kind),
    ["backed-up", "failed"],
  );
  assert.deepEqual((await repository.catalogue()).points, []);

  const { point } = await repository.takePoint(stores, { secret, run: "run-1/take" });
  assert.deepEqual(
    (await repository.catalogue()).points.map(({ id, run }) => [id, run]),
    [[point?.point.id, "run-1/take"]],
  );
});

test("a proven point has a receipt over all its backups, until one of them is gone or its own proof failed", async () => {
  const repository = await TestRepository.make();
  const { point } = await repository.takePoint(stores, { secret, disposable });
  const id = point?.point.id ?? "";
  const receipt = () => receiptFor(id, repository.open(), repository.identity());
  await assert.rejects(receipt(), /not proven yet/);

  const proof = await repository.provePoint(id);
  assert.deepEqual(proof.verdict, { kind: "proven" }, JSON.stringify(proof));
  assert.deepEqual(
    proof.checks.map(({ state }) => state),
    ["passed"],
  );
  const { covers, doesNotCover, takenAt } = await receipt();
  assert.match(covers.join("\n"), /^mlflow\/database: database .* 3007 rows\nkeycloak\/database: .* 1 rows$/m);
  assert.match(doesNotCover.join("\n"), /taken without a fence\ngitlab\/redis, declared disposable: a cache/);
  assert.equal(takenAt, point?.point.backups.map((one) => one.takenAt).toSorted()[0]);

  const foreign = { ...repository.identity(), environment: "staging" };
  await assert.rejects(receiptFor(id, repository.open(), foreign), /refused: it is a recovery point of production/);

  const [backup] = (await repository.catalogue()).backups.filter(({ store }) => store === "keycloak/database");
  await repository.open().remove([backup?.parts[0] ?? ""]);
  await assert.rejects(receipt(), (thrown) => {
    return (
      thrown instanceof InputError &&
      /no recovery point any more: its backup of keycloak\/database/.test(thrown.message)
    );
  });
});

test("rows that name objects which no backup of the point lists leave it unproven, though each backup is proven", async () => {
  const repository = await TestRepository.make();
  urls["NAMING"] = await databaseWith(`${mlflowTables}${mlflowRows}
    insert into model_versions (name, version, source) values ('iris', 1, 'mlflow-artifacts:/1/r1/artifacts/model');`);
  const { point } = await repository.takePoint([database("mlflow", "NAMING")], { secret });
  const { verdict, backups } = await repository.provePoint(point?.point.id ?? "");
  assert.deepEqual(
    backups.map((one) => one.verdict),
    ["proven"],
  );
  assert.ok(verdict.kind === "unknown" && /lists the objects/.test(verdict.why));
  await assert.rejects(receiptFor(point?.point.id ?? "", repository.open(), repository.identity()), /not proven yet/);
});

test("a point whose own record is damaged fails its proof, which is kept, until it can be read again", async () => {
  const repository = await TestRepository.make();
  const { point } = await repository.takePoint(stores, { secret });
  const id = point?.point.id ?? "";
  assert.equal((await repository.provePoint(id)).verdict.kind, "proven");
  const mend = hurtPacks(repository.folder);

  const { verdict, backups } = await repository.provePoint(id);

  assert.ok(verdict.kind === "failed", JSON.stringify(verdict));
  assert.match(verdict.why.join(), /^its record does not come back: restic cannot read it whole: /);
  assert.deepEqual(backups, []);
  const told = async (): Promise<string | undefined> =>
    lastTelling((await repository.catalogue()).points[0]?.proofs ?? [])?.verdict;
  assert.equal(await told(), "failed");
  mend();
  assert.equal((await repository.provePoint(id)).verdict.kind, "proven");
  assert.equal(await told(), "proven");
});
