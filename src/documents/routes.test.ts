import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Roles } from "../access/role.ts";
import type { TestApi } from "../api/test-support.ts";
import { testNow } from "../api/test-support.ts";
import { wholeApi } from "../api/whole.test-support.ts";
import { findingId } from "../findings/finding.ts";
import { recordLook } from "../findings/store-record.ts";

let api: TestApi;
const server = `forge: { kind: gitlab, url: "https://git.example.org", project: team/platform, token: "env:FORGE_TOKEN" }
releasesEveryHours: 0
`;

before(async () => {
  api = await wholeApi({ server });
  const finding = (environment: string) => ({
    id: findingId("certificate-expired", { environment, subject: "certificate/hub" }),
    rule: "certificate-expired",
    group: "certificates" as const,
    severity: "critical" as const,
    subject: "certificate/hub",
    environment,
    title: "A certificate has expired",
    message: "It ended on 2026-11-19.",
    fix: "Renew it.",
    places: [{ file: "cluster", line: 1, column: 1 }] as const,
  });
  const findings = [finding("staging"), finding("production")];
  const look = { suppressed: [], unknown: [], unread: [], blind: false, ran: new Set(["certificate-expired"]) };
  await recordLook(api.store, { ...look, findings }, { id: "cluster:all" }, testNow);
});
after(() => api.close());

async function get<T>(path: string, as: Roles = { "*": "viewer" }): Promise<T> {
  const response = await api.ask("GET", `/api/v1/documents/${path}`, as);
  assert.equal(response.status, 200, path);
  return (await response.json()) as T;
}

interface Security {
  readonly rights: readonly { readonly role: string; readonly verbs: readonly { readonly cli: string }[] }[];
  readonly unseen: readonly string[];
  readonly exposed: readonly { readonly environment: string }[];
  readonly cadences: readonly { readonly duty: string }[];
  readonly outward: readonly { readonly id: string; readonly open: boolean; readonly targets?: readonly string[] }[];
}

interface Architecture {
  readonly environments: readonly {
    readonly environment: string;
    readonly components: readonly unknown[];
    readonly calls: readonly { readonly from: string; readonly to: string }[];
  }[];
}

interface Shown {
  readonly id: string;
  readonly now?: { readonly count: number; readonly where: string };
}

test("a symptom says how often it shows now, of what the reader may see", async () => {
  const expired = async (as: Roles) =>
    (await get<{ readonly symptoms: readonly Shown[] }>("troubleshooting", as)).symptoms.find(
      ({ id }) => id === "rule:certificate-expired",
    )?.now;

  assert.deepEqual(await expired({ "*": "viewer" }), { count: 2, where: "certificate/hub in production" });
  assert.deepEqual(await expired({ staging: "viewer" }), { count: 1, where: "certificate/hub in staging" });
});

test("security shows what lies open and what is due; addresses only to administrators", async () => {
  const forge = ({ outward }: Security) => outward.find(({ id }) => id === "forge");

  const seen = await get<Security>("security", { staging: "viewer" });
  const whole = await get<Security>("security", { "*": "admin" });

  assert.deepEqual(
    seen.exposed.map(({ environment }) => environment),
    ["staging"],
  );
  assert.ok(seen.cadences.some(({ duty }) => duty === "rotate-access-keys"));
  assert.deepEqual(seen.unseen, ["staging"]);
  assert.deepEqual([forge(seen)?.open, forge(seen)?.targets], [true, undefined]);
  assert.deepEqual(forge(whole)?.targets, ["https://git.example.org team/platform"]);
  assert.ok(!JSON.stringify(whole).includes("FORGE_TOKEN"));
});

test("what a role may do comes from the routes, and no right stands under two roles", async () => {
  const { rights } = await get<Security>("security");
  const verbs = rights.flatMap((right) => right.verbs.map(({ cli }) => cli));
  const of = (wanted: string) => rights.find(({ role }) => role === wanted)?.verbs.map(({ cli }) => cli) ?? [];

  assert.equal(new Set(verbs).size, verbs.length);
  assert.ok(of("operator").includes("run start <procedure>"));
  assert.ok(!of("viewer").includes("run start <procedure>"));
});

test("each document is had as Markdown, for a repository to keep", async () => {
  for (const [name, title] of [
    ["security", "# Security"],
    ["troubleshooting", "# Troubleshooting"],
    ["architecture", "# Architecture"],
  ]) {
    const response = await api.ask("GET", `/api/v1/documents/${name}/markdown`, { "*": "viewer" });
    const text = await response.text();
    assert.equal(response.status, 200);
    assert.match(response.headers.get("content-type") ?? "", /^text\/markdown/);
    assert.ok(text.startsWith(`${title}\n`), text.slice(0, 80));
    assert.ok(!text.includes("undefined"), name);
  }
  assert.equal((await api.ask("GET", "/api/v1/documents/other/markdown", { "*": "viewer" })).status, 400);
});

test("the architecture of each environment has its components, who needs whom, and a picture", async () => {
  const rows = ["gitlab", "postgresql"].map((name) => ({
    source: "repository:platform",
    name,
    environment: "production",
    system: name,
    namespace: name,
    version: "1.0",
    pins: [],
  }));
  await api.store
    .tables<{ observed_component: Record<string, unknown> }>()
    .insertInto("observed_component")
    .values(rows)
    .execute();

  const [first] = (await get<Architecture>("architecture")).environments;
  const text = await (await api.ask("GET", "/api/v1/documents/architecture/markdown", { "*": "viewer" })).text();

  assert.deepEqual([first?.environment, first?.components.length], ["production", 2]);
  assert.ok(first?.calls.some(({ from, to }) => /GitLab/.test(from) && /PostgreSQL/.test(to)));
  assert.match(text, /## production\n\n```mermaid\nflowchart TB/);
  assert.deepEqual((await get<Architecture>("architecture", { staging: "viewer" })).environments, []);
});
