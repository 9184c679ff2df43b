import assert from "node:assert/strict";
import { test } from "node:test";
import { SystemError } from "../kernel/errors.ts";
import { configMaps, deployments, pods, testCluster, userAgent } from "./kube.test-support.ts";
import { openKubeReader } from "./kube.ts";

const { admin, lab } = await testCluster();

test("an object is read, and one that is not there is absent", async () => {
  const found = await admin.get({ ...deployments, namespace: "default", name: "web" });
  const missing = await admin.get({ ...deployments, namespace: "default", name: "nothing" });
  const unserved = await admin.list({ apiVersion: "example.org/v1", plural: "things" });

  assert.equal(found.kind === "known" && found.value.metadata.name, "web");
  assert.equal(missing.kind, "absent");
  assert.equal(unserved.kind, "absent");
});

test("a list of many pages comes whole, with the kind of each item", async () => {
  lab.seed([{ apiVersion: "v1", kind: "Namespace", metadata: { name: "pages" } }]);
  lab.seed(
    Array.from({ length: 1201 }, (_, index) => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: `item-${String(index).padStart(4, "0")}`, namespace: "pages" },
    })),
  );

  const listed = await admin.list(configMaps, { namespace: "pages" });

  assert.ok(listed.kind === "known");
  assert.equal(listed.value.items.length, 1201);
  assert.equal(new Set(listed.value.items.map(({ metadata }) => metadata.name)).size, 1201);
  assert.equal(listed.value.items[700]?.kind, "ConfigMap");
});

test("a continue token that has expired begins the list anew, whole", async () => {
  const isPage = ({ path }: { readonly path: string }): boolean => path.endsWith("/pages/configmaps");
  let seen = 0;
  lab.faults.push({ matches: (request) => isPage(request) && ++seen === 2, kind: { status: 410 }, times: 1 });

  const listed = await admin.list(configMaps, { namespace: "pages" });

  assert.equal(listed.kind === "known" && listed.value.items.length, 1201);
});

test("page by page no more than one is held, and what the server forgot begins anew", async () => {
  const isPage = ({ path }: { readonly path: string }): boolean => path.endsWith("/pages/configmaps");
  const sizes = async (): Promise<readonly number[]> => {
    const found: number[] = [];
    for await (const page of admin.pages(configMaps, { namespace: "pages" }))
      found.push(page.kind === "known" ? page.value.items.length : -1);
    return found;
  };
  assert.deepEqual(await sizes(), [500, 500, 201]);

  let seen = 0;
  lab.faults.push({ matches: (request) => isPage(request) && ++seen === 2, kind: { status: 410 }, times: 1 });
  assert.deepEqual(await sizes(), [500, 500, 500, 201]);

  seen = 0;
  lab.faults.push({ matches: (request) => isPage(request) && ++seen % 2 === 0, kind: { status: 410 }, times: 3 });
  await assert.rejects(sizes(), (thrown) => thrown instanceof SystemError && thrown.remedy === "retry");
});

test("what a Secret holds does not leave the server when only metadata is asked", async () => {
  lab.seed([
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "db", namespace: "default" },
      data: { password: "Y2FuYXJ5" },
    },
  ]);

  const listed = await admin.list({ apiVersion: "v1", plural: "secrets" }, { metadataOnly: true });

  assert.ok(listed.kind === "known");
  assert.equal(listed.value.items[0]?.metadata.name, "db");
  assert.equal(JSON.stringify(listed).includes("Y2FuYXJ5"), false);
});

test("a missing right is unknown, and named", async () => {
  const looker = openKubeReader({ kubeconfig: lab.kubeconfig("default/looker"), userAgent });

  const allowed = await looker.list(pods);
  const refused = await looker.list(deployments, { namespace: "default" });

  assert.equal(allowed.kind, "known");
  assert.ok(refused.kind === "unknown");
  assert.match(refused.why, /may not list deployments\.apps in namespace default/);
  assert.match(refused.howToLearn, /list deployments\.apps in namespace default/);
  assert.equal(await looker.can({ verb: "list", group: "", resource: "pods" }), true);
  assert.equal(await looker.can({ verb: "delete", group: "", resource: "pods", namespace: "default" }), false);
});

test("reads are tried again, and a server that stays away is worth asking later", async () => {
  lab.faults.push({ matches: ({ path }) => path === "/api/v1/pods", kind: { status: 503 }, times: 2 });
  assert.equal((await admin.list(pods)).kind, "known");

  lab.faults.push({ matches: ({ path }) => path === "/api/v1/pods", kind: { cut: "before" }, times: 1 });
  assert.equal((await admin.list(pods)).kind, "known");

  lab.faults.push({ matches: () => true, kind: { status: 503 }, times: 3 });
  await assert.rejects(
    admin.list(pods),
    (thrown) => thrown instanceof SystemError && thrown.remedy === "retry" && /503/.test(thrown.message),
  );
});

test("a slow server is given up in time", async () => {
  lab.faults.push({ matches: () => true, kind: { delayMs: 400 }, times: 3 });
  const hasty = openKubeReader({ kubeconfig: lab.kubeconfig("admin"), userAgent, timeoutMs: 50 });

  await assert.rejects(hasty.list(pods), /no whole answer in time/);
});

test("discovery tells types of the core, of groups and of custom resources, aggregated or one by one", async () => {
  lab.seed([certificateDefinition]);

  const found = await admin.discovery();

  const kinds = new Map(found.types.map((type) => [`${type.apiVersion} ${type.kind}`, type]));
  assert.equal(kinds.get("v1 Pod")?.plural, "pods");
  assert.equal(kinds.get("apps/v1 Deployment")?.namespaced, true);
  assert.equal(kinds.get("cert-manager.io/v1 Certificate")?.plural, "certificates");
  assert.match(found.version, /^v1\.31/);
});

const certificateDefinition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "certificates.cert-manager.io" },
  spec: {
    group: "cert-manager.io",
    scope: "Namespaced",
    names: { plural: "certificates", kind: "Certificate" },
    versions: [{ name: "v1" }],
  },
};
