// oxlint-disable no-restricted-imports -- binds the systems as main.ts does
import assert from "node:assert/strict";
import { sql } from "kysely";
import type { Route, RouteContext } from "../../access/route.ts";
import type { SignedReport } from "../../backups/drill/report.ts";
import { type BackupService, backupsKey } from "../../backups/server/service.ts";
import { knownSizes } from "../../backups/server/sizes.ts";
import { calendarService } from "../../calendar/service.ts";
import { listRuns } from "../../engine/store.ts";
import { listFindings } from "../../findings/store-read.ts";
import { listIncidents } from "../../incidents/store.ts";
import type { RunnerCall } from "../../kernel/backup-runner.ts";
import { type Instant, instantOf } from "../../kernel/instant.ts";
import { defaultConfig } from "../../platform/config.ts";
import { ServerConfig } from "../../platform/server-config.ts";
import type { Store } from "../../store/store.ts";
import { testStore } from "../../store/test-support.ts";
import { systems } from "../../systems/index.ts";
import { openServices } from "../services.ts";
import { testNow } from "../test-support.ts";
import { backupsOf } from "./backups.ts";
import type { Building } from "./capability.ts";
import { incidentsOf } from "./incidents.ts";

export const later = (hours: number): Instant => instantOf(Date.parse(testNow) + hours * 3_600_000);

const platform = {
  ...defaultConfig,
  environments: [{ name: "production", paths: [] }],
  components: ["mlflow", "gitlab", "keycloak"].map((name) => ({ name, system: name })),
};

/** A server's configuration with backups of production, where all of GitLab and MLflow's artifacts may be lost. */
export function declaring(more: object): ServerConfig {
  const declared = {
    environment: "production",
    repository: "/nowhere",
    key: "env:KEY",
    disposable: [...disposable("gitlab"), artifacts],
  };
  return ServerConfig.parse({ backups: { environments: [{ ...declared, ...more }] } });
}

/** Where components are asked how they are. */
export function endpoints(all: readonly object[]): Pick<ServerConfig, "endpoints"> {
  return { endpoints: ServerConfig.parse({ endpoints: all }).endpoints };
}

export const mlflow = { component: "mlflow", kind: "postgresql", url: "env:URL" };

const why = "it is a copy that anybody can make again";

/** All that a component keeps may be lost. */
export function disposable(component: string) {
  const { keeps = [] } = systems.find(({ id }) => id === component) ?? {};
  return keeps.map(({ id: store }) => ({ component, store, why }));
}

/** MLflow's artifacts may be. */
export const artifacts = { component: "mlflow", store: "artifacts", why };

/** A backup of MLflow's database as the runner lists it. */
export function backup(id: string, hours: number, verdict: string | undefined) {
  const proof = { snapshot: `proof-${id}-${verdict ?? ""}`, provenAt: later(hours + 1), verdict, digest: "sha256:0" };
  return {
    id,
    store: "mlflow/database",
    kind: "postgresql",
    class: "daily",
    takenAt: later(hours),
    bytes: 1000,
    digest: "sha256:0",
    proofs: verdict === undefined ? [] : [proof],
  };
}

const silent = { code: 1, output: "", errors: "connection refused" };

/** What the repository holds and others say; an empty text: nobody answers. */
function nothingShown() {
  return {
    backups: [] as readonly ReturnType<typeof backup>[],
    broken: false,
    /** What a broken one says. */
    errors: silent.errors,
    foreign: "",
    sized: 0,
    second: "",
    drills: [] as readonly SignedReport[],
    /** Of these no report can be read. */
    unreadable: [] as readonly string[],
    /** Whose report was asked for, in order. */
    drillsAsked: [] as string[],
  };
}

/** Answers as the command line would, of what is shown. */
function runnerOf(shown: ReturnType<typeof nothingShown>) {
  const said = (output: string, code = 0) => (output === "" ? silent : { code, output, errors: "" });
  const answers: Readonly<Record<string, (id: string | undefined) => ReturnType<typeof said>>> = {
    size() {
      shown.sized += 1;
      return shown.broken ? silent : said(JSON.stringify({ bytes: 1000 * shown.sized }));
    },
    foreign: () => said(shown.foreign),
    second: () => said(shown.second, 2),
    drill(id) {
      shown.drillsAsked.push(id ?? "");
      const found = shown.drills.find(({ report }) => report.id === id);
      return found === undefined || shown.unreadable.includes(found.report.id) ? silent : said(JSON.stringify(found));
    },
    list() {
      const [first, ...others] = shown.backups;
      const point = `point-${first?.id}`;
      const backups = first === undefined ? [] : [{ ...first, point }, ...others];
      const points = first === undefined ? [] : [{ ...first, id: point, fence: "unfenced" }];
      const drills = shown.drills.map(({ report: { id, endedAt: at, verdict } }) => ({ id, at, verdict }));
      return shown.broken ? { ...silent, errors: shown.errors } : said(JSON.stringify({ backups, points, drills }));
    },
  };
  return {
    async call({ args: [, verb = "", ...more] }: RunnerCall) {
      const answer = answers[verb];
      assert.ok(answer, `${verb} is not asked without a run`);
      assert.deepEqual(more.slice(-2), ["-o", "json"]);
      return answer(more[1]);
    },
  };
}

/** A server whose repository holds what the test says. */
async function stage(store: Store, using: ServerConfig) {
  const shown = nothingShown();
  const clock = { now: () => testNow };
  const building = {
    parts: {
      store,
      config: () => using,
      mode: () => "observe",
      clock,
      configFile: () => undefined,
      log: () => undefined,
    },
    ports: {
      record: async () => undefined,
      notify: async () => undefined,
      openBackupRunner: () => runnerOf(shown),
      probes: { systems },
    },
    platform: () => platform,
  } as unknown as Building;
  const calendar = calendarService(() => ({ config: platform, stop: undefined }));
  const { jobs = [], provided = [] } = backupsOf(building, { calendar, trouble: incidentsOf(building).trouble });
  const [job] = jobs;
  return {
    service: openServices(provided).need(backupsKey),
    store,
    shown,
    tick: (hours: number) => job?.run({ store, now: later(hours), signal: new AbortController().signal, missed: 0 }),
    findings: async () => {
      const rows = await listFindings(store, { state: "open", visible: undefined }, { after: undefined, limit: 50 });
      return rows.map(({ rule, subject }) => `${rule} ${subject}`).toSorted();
    },
    sizes: async () => (await knownSizes(store, "production", 10)).map(({ at, bytes }) => [at, bytes]),
    incidents: async () => (await listIncidents(store, { limit: 50 } as never)).map(({ title }) => title),
    checks: async () =>
      (await listRuns(store, { procedure: "check-repository", limit: 50 } as never)).map(({ state }) => state),
    runs: async () =>
      (await listRuns(store, { limit: 50 } as never)).map(({ procedure, createdAt }) => [procedure, createdAt]),
  };
}

/** Turns of duties that are due, each at its moment. */
export async function makeDue(store: Store, turns: Readonly<Record<string, Instant>>): Promise<void> {
  for (const [duty, due] of Object.entries(turns)) {
    await sql`insert into duty_turns (duty, due_at, title, state) values (${duty}, ${due}, 'Test', 'due')`.execute(
      store.tables(),
    );
    await sql`insert into duty_progress (duty, raised_until, open_due_at) values (${duty}, ${due}, ${due})`.execute(
      store.tables(),
    );
  }
}

/** The duties that were done, each with the evidence that is kept of it. */
export async function dutiesDone(store: Store): Promise<readonly { readonly duty: string; readonly text: string }[]> {
  const { rows } = await sql<{ duty: string; text: string | null }>`
    select duty, evidence->>'text' as text from duty_turns where state = 'done' order by duty`.execute(store.tables());
  return rows.map(({ duty, text }) => ({ duty, text: text ?? "" }));
}

/** What a route of the backups says to somebody who may see these environments. */
export async function answerTo(
  environments: readonly string[],
  route: Route | undefined,
  { store, service }: { readonly store: Store; readonly service: BackupService },
  query: Readonly<Record<string, unknown>> = {},
): Promise<unknown> {
  assert.ok(route?.kind === "answer");
  const roles = Object.fromEntries(environments.map((name) => [name, "viewer"]));
  const context = { store, now: later(0), services: { need: () => service }, principal: { roles } };
  return route.handle({ query, params: {}, body: undefined }, context as unknown as RouteContext);
}

export async function withStage(
  using: ServerConfig,
  use: (on: Awaited<ReturnType<typeof stage>>) => Promise<void>,
): Promise<void> {
  const store = await testStore();
  try {
    await use(await stage(store, using));
  } finally {
    await store.close();
  }
}
