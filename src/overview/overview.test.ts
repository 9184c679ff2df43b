import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Roles } from "../access/role.ts";
import { all, testNow } from "../api/test-support.ts";
import { wholeApi } from "../api/whole.test-support.ts";
import { newOrder } from "../calendar/propose.ts";
import { calendarService } from "../calendar/service.ts";
import { insertOrder } from "../calendar/store.ts";
import { tick } from "../calendar/tick.ts";
import { hour } from "../calendar/zone.ts";
import { type Finding, findingId } from "../findings/finding.ts";
import { recordLook } from "../findings/store-record.ts";
import { certificatesOf } from "../incidents/cause.ts";
import { incidentOfFinding, openFound } from "../incidents/open.ts";
import { instantOf } from "../kernel/instant.ts";
import { keepSeen } from "../live/store.ts";
import { millwright } from "../platform/actor.ts";
import { defaultConfig } from "../platform/config.ts";
import type { Line } from "./line.ts";
import { oneLineAnEvent } from "./one-event.ts";

const api = await wholeApi();
after(() => api.close());

interface Overview {
  readonly worst: readonly Line[];
  readonly lines: readonly Line[];
  readonly left: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly environments: readonly { readonly name: string; readonly findings: { readonly critical: number } }[];
}

async function overview(query = "", as: Roles = all("viewer")): Promise<Overview> {
  const reply = await api.ask("GET", `/api/v1/overview${query}`, as);
  assert.equal(reply.status, 200, await reply.clone().text());
  return (await reply.json()) as Overview;
}

function finding(rule: string, subject: string, severity: Finding["severity"], environment = "production"): Finding {
  const id = findingId(rule, { environment, subject });
  const places = [{ file: "a.yaml", line: 1, column: 1 }] as const;
  const said = { title: `Title of ${rule}`, message: "it is so", fix: "Mend it." };
  return { id, rule, group: "pinning", severity, subject, environment, places, ...said };
}

async function found(findings: readonly Finding[]): Promise<void> {
  const look = { suppressed: [], unknown: [], unread: [], blind: false };
  const ran = new Set(findings.map(({ rule }) => rule));
  await recordLook(api.store, { ...look, findings, ran }, { id: "repository:platform" }, testNow);
}

test("nothing known is said as such: no worker, no backup, no evidence, and what is not set up", async () => {
  const { worst, lines, counts } = await overview();

  assert.equal(worst[0]?.id, "running/workers");
  assert.equal(worst.length, 3);
  const backups = lines.find(({ title }) => title === "Backups of production: not set up");
  assert.equal(backups?.next.route, "/backups?environment=production");
  assert.ok(lines.some(({ title }) => title === "Health of production: not set up"));
  const restore = lines.find(({ id }) => id === "unproven/duty/restore-test");
  assert.match(restore?.why ?? "", /^nothing was ever recorded for it; its next turn comes /);
  assert.equal(counts["drift"], 0);
});

test("findings of one rule are one line, drift is said thing by thing, and worst comes first", async () => {
  await found([
    finding("pinning-image", "image/a", "high"),
    finding("pinning-image", "image/b", "critical"),
    finding("pinning-image", "image/c", "low"),
    finding("branch-unreviewed", "branch/x", "medium"),
    finding("drift-live", "deployment/a", "medium"),
    finding("drift-live", "deployment/b", "medium", "staging"),
  ]);

  const { lines, counts, environments } = await overview();

  const images = lines.find(({ id }) => id === "found/pinning-image/production");
  assert.deepEqual(
    [images?.count, images?.severity, images?.next.cli, images?.next.route],
    [
      2,
      "critical",
      "millwright finding list --rule pinning-image --environment production",
      "/findings?rule=pinning-image&environment=production",
    ],
  );
  assert.equal(counts["drift"], 2);
  assert.equal(counts["exposed"], 3);
  assert.equal(environments.find(({ name }) => name === "production")?.findings.critical, 1);
  const ranks = lines.map(({ severity }) => ["critical", "high", "medium", "low"].indexOf(severity));
  assert.deepEqual(
    ranks,
    ranks.toSorted((a, b) => a - b),
  );
});

test("who may see staging sees nothing of production", async () => {
  const { lines, environments } = await overview("", { staging: "viewer" });

  assert.deepEqual(
    environments.map(({ name }) => name),
    ["staging"],
  );
  assert.ok(lines.some(({ environment }) => environment === "staging"));
  assert.ok(lines.every(({ environment }) => environment !== "production"));
  assert.ok(lines.every(({ title }) => !title.includes("production")));
});

test("one event is one line that names what else it shows itself as; lines of another cause stay their own", () => {
  const line = (id: string, ...causes: string[]) => ({
    id,
    kind: "exposed" as const,
    severity: "high" as const,
    title: id,
    why: "it is so",
    since: null,
    environment: null,
    causes,
    count: 1,
    next: { label: "Do it", cli: "millwright status", route: `/${id}` },
  });

  const told = oneLineAnEvent([
    line("incident", "finding/a", "certificate/production/hub.example.org"),
    line("found", "finding/b", "work/k", "certificate/production/hub.example.org"),
    line("alone"),
    line("other", "certificate/staging/hub.example.org"),
    line("work", "finding/c", "work/k"),
  ]);

  assert.deepEqual(
    told.map(({ id, also = [] }) => [id, also.map((one) => one.id)]),
    [
      ["incident", ["found", "work"]],
      ["alone", []],
      ["other", []],
    ],
  );
  assert.deepEqual(told[0]?.also?.[0], { id: "found", kind: "exposed", title: "found", route: "/found" });
  assert.ok(!("causes" in (told[0] ?? {})));
});

test("an expired certificate that is an incident, two findings and a work order is one line", async () => {
  const own = {
    ...finding("certificate-expired", "certificate/apps/hub", "critical"),
    message: "hub.example.org expired.",
  };
  const read = {
    ...finding("health-certificate-ended", "component/hub", "critical"),
    message: "hub.example.org ended.",
  };
  const places = [{ file: "observations/production/hub/certificate/certificate", line: 1, column: 1 }] as const;
  const look = { suppressed: [], unknown: [], unread: [], blind: false };
  const ran = new Set([own.rule, read.rule]);
  await recordLook(api.store, { ...look, findings: [own, { ...read, places }], ran }, { id: "cluster:c" }, testNow);
  const silent = async (): Promise<void> => undefined;
  const ports = { record: silent, notify: silent, contacts: [], reviewWithinDays: 5, owe: async () => "none" };
  const wanted = { component: undefined, security: false, certificates: certificatesOf(own) };
  const incident = incidentOfFinding({ ...own, ...wanted, environment: "production" }, ["production"]);
  assert.ok(incident);
  await openFound(api.store, ports, testNow, incident, wanted.certificates);
  const order = newOrder({
    id: "renew-hub",
    title: "Renew it",
    environment: "production",
    origin: { kind: "finding", finding: read.id, rule: read.rule },
    createdAt: Date.parse(testNow),
    deadline: Date.parse(testNow) + hour,
  });
  await insertOrder(api.store, order, millwright);

  const { lines } = await overview("?environment=production");

  const about = lines.filter(({ title, also = [] }) =>
    [title, ...also.map((one) => one.title)].some(
      (text) => /certificate|Renew it|hub/.test(text) && !text.startsWith("Renewal"),
    ),
  );
  assert.equal(about.length, 1, JSON.stringify(about.map(({ title }) => title)));
  assert.match(about[0]?.title ?? "", /^Incident/);
  assert.deepEqual(about[0]?.also?.map(({ kind }) => kind).toSorted(), ["due", "exposed", "exposed"]);
});

test("a kind, an environment and a limit narrow the lines, and what is left out is counted", async () => {
  const drifts = await overview("?kind=drift&environment=staging");
  const two = await overview("?limit=2");

  assert.deepEqual(
    drifts.lines.map(({ title }) => title),
    ["Title of drift-live: deployment/b"],
  );
  assert.equal(two.lines.length, 2);
  assert.ok(two.left > 10);
});

test("a duty that is due comes with the call that records it, and recording it proves it", async () => {
  const service = calendarService(() => ({
    config: { ...defaultConfig, environments: [{ name: "staging" }, { name: "production" }] },
    stop: undefined,
  }));
  for (const at of [instantOf(Date.parse(testNow) - 2 * hour), testNow]) {
    const decided = { calendar: service.compiled(at), stop: undefined, findings: undefined };
    const silent = async (): Promise<void> => undefined;
    await tick(api.store, decided, at, silent, silent);
  }

  const line = (await overview("?kind=due")).lines.find(({ id }) => id === "due/duty/daily-health");

  assert.equal(line?.severity, "medium");
  assert.deepEqual(line?.next.action, {
    method: "POST",
    path: "/api/v1/duties/daily-health/complete",
    body: {},
    asks: ["evidence"],
    needs: "operator",
    effect: "own",
  });
  assert.equal(line?.next.cli, "millwright duty complete daily-health --evidence TEXT");
  const reply = await api.ask("POST", line?.next.action?.path ?? "", all("operator"), {
    body: { evidence: "all is well, I looked" },
  });
  assert.equal(reply.status, 200, await reply.clone().text());
  const { lines } = await overview();
  assert.ok(lines.every(({ id }) => id !== "unproven/duty/daily-health"));
});

test("a change by hand that can be put back is one request away, by whom may ask for it", async () => {
  const rule = "drift-by-hand";
  const offered = finding(rule, "application/mlflow", "high");
  const other = finding(rule, "application/gitlab", "high");
  const look = { suppressed: [], unknown: [], unread: [], blind: false, ran: new Set([rule]) };
  await recordLook(api.store, { ...look, findings: [offered, other] }, { id: "cluster:production" }, testNow);
  const none = { kind: "known", value: [], source: "" } as const;
  const facts = { applications: none, drifts: none, certificates: none, served: none, writers: none, workloads: none };
  const application = { namespace: "argocd", name: "mlflow" };
  await keepSeen(api.store, {
    facts: { ...facts, environment: "production", production: true, now: testNow } as never,
    cluster: "c",
    version: "1.31",
    objects: 1,
    putBacks: [{ application, resources: [], digest: "d", changes: [], blind: [] }],
  });

  const { lines } = await overview("?kind=drift&environment=production");
  const next = (id: string) => lines.find((line) => line.id === `found/${id}`)?.next;

  assert.equal(next(offered.id)?.cli, "millwright drift put-back mlflow --environment production");
  assert.deepEqual(next(offered.id)?.action, {
    method: "POST",
    path: "/api/v1/drift/put-back",
    body: { application: "mlflow", environment: "production" },
    asks: [],
    needs: "operator",
    effect: "outside",
  });
  assert.equal(next(offered.id)?.route, `/findings/${offered.id}`);
  assert.deepEqual([next(other.id)?.action, next(other.id)?.cli], [undefined, `millwright finding show ${other.id}`]);
});
