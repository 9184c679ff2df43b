import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { InputError, SystemError } from "../kernel/errors.ts";
import { absent, type Fact, known, unknown } from "../kernel/fact.ts";
import type { KubeObject } from "../kernel/kube.ts";
import { resolveSecret, type SecretSources } from "./secrets.ts";

const folder = mkdtempSync(join(tmpdir(), "millwright-secrets-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function sources(object: Fact<KubeObject> = absent("test")): SecretSources {
  return {
    environment: { TOKEN: "from-env", EMPTY: "" },
    cluster: () => ({ get: async () => object }),
    stored: async (name) => (name === "hook" ? "from-store" : undefined),
  };
}

const secretObject = (data: Readonly<Record<string, string>>): Fact<KubeObject> =>
  known({ apiVersion: "v1", kind: "Secret", metadata: { name: "db" }, data }, "test");
const inCluster = { kind: "kubernetes", namespace: "mlops", name: "db", key: "url" } as const;

test("a secret is read where it is, without the line break at its end", async () => {
  const path = join(folder, "token");
  writeFileSync(path, "line one\nline two\n", { mode: 0o600 });

  assert.equal(await resolveSecret({ kind: "env", name: "TOKEN" }, sources()), "from-env");
  assert.equal(await resolveSecret({ kind: "file", path }, sources()), "line one\nline two");
  assert.equal(await resolveSecret({ kind: "store", name: "hook" }, sources()), "from-store");
  const object = secretObject({ url: Buffer.from("from-cluster\r\n").toString("base64") });
  assert.equal(await resolveSecret(inCluster, sources(object)), "from-cluster");
});

test("a file that everybody on the machine may read is refused", async () => {
  const path = join(folder, "open");
  writeFileSync(path, "canary", { mode: 0o604 });
  chmodSync(path, 0o604);
  await assert.rejects(
    resolveSecret({ kind: "file", path }, sources()),
    (thrown) => thrown instanceof InputError && /chmod o-r/.test(thrown.message) && !/canary/.test(thrown.message),
  );
});

test("a rotated secret counts at its next use", async () => {
  const path = join(folder, "rotated");
  writeFileSync(path, "old", { mode: 0o600 });
  await resolveSecret({ kind: "file", path }, sources());
  writeFileSync(path, "new");
  assert.equal(await resolveSecret({ kind: "file", path }, sources()), "new");
});

test("a secret that is missing or empty is named with what to do", async () => {
  const refused = async (
    place: Parameters<typeof resolveSecret>[0],
    pattern: RegExp,
    from = sources(),
  ): Promise<void> =>
    assert.rejects(
      resolveSecret(place, from),
      (thrown) => thrown instanceof InputError && pattern.test(thrown.message),
    );

  await refused({ kind: "env", name: "NONE" }, /env:NONE is not there: set this variable/);
  await refused({ kind: "env", name: "EMPTY" }, /env:EMPTY is empty/);
  await refused({ kind: "env", name: "constructor" }, /not there/);
  await refused({ kind: "file", path: join(folder, "none") }, /cannot be read: ENOENT/);
  await refused({ kind: "store", name: "other" }, /store:other is not there/);
  await refused(inCluster, /no Secret db in namespace mlops/);
  await refused(
    inCluster,
    /the Secret holds password, user/,
    sources(secretObject({ user: "eA==", password: "eA==" })),
  );
});

test("a right that is missing is not an absent secret", async () => {
  const denied = unknown("403 for secrets in mlops", "grant get on secrets");
  await assert.rejects(
    resolveSecret(inCluster, sources(denied)),
    (thrown) => thrown instanceof SystemError && thrown.remedy === "stop" && /403.*grant get/.test(thrown.message),
  );
});

test("no complaint repeats what a secret holds", async () => {
  const path = join(folder, "large");
  writeFileSync(path, "canary".repeat(20_000), { mode: 0o600 });
  await assert.rejects(
    resolveSecret({ kind: "file", path }, sources()),
    (thrown) => !String(thrown).includes("canary"),
  );
  const broken = secretObject({ url: "canary is not base64!" });
  await assert.rejects(resolveSecret(inCluster, sources(broken)), (thrown) => !String(thrown).includes("canary"));
});
