// oxlint-disable no-restricted-imports -- the whole server, with what ships with it
import type { Notifier } from "../access/route.ts";
import { observeConfiguration } from "../findings/observe-configuration.ts";
import { parseServerConfig } from "../findings/server-file.ts";
import { record } from "../journal/store.ts";
import type { BackupRunner } from "../kernel/backup-runner.ts";
import { livePages } from "../live/rules.ts";
import { openOutbox } from "../notices/outbox.ts";
import { platformFile } from "../platform/config.ts";
import { PlatformConfig } from "../platform/schema.ts";
import { sealingKey } from "../store/sealed.ts";
import type { Store } from "../store/store.ts";
import type { System } from "../systems/contract.ts";
import provenSets from "../systems/facts/proven-sets.json" with { type: "json" };
import { upgradeFactsData } from "../systems/upgrade-facts.ts";
import { capabilities } from "./capabilities.ts";
import type { ApiOptions } from "./options.ts";
import { routes } from "./routes.ts";
import { openServices, provide } from "./services.ts";
import { serverFacts } from "./status.ts";
import { type TestApi, testApi, testNow } from "./test-support.ts";

/** What the server of a test is configured with. */
interface Files {
  /** `millwright.yaml`; two environments when left out. */
  readonly platform?: string;
  /** `millwright.server.yaml`, without repositories and releases. */
  readonly server?: string;
  /** What answers for the repositories of backups; a call fails the test when left out. */
  readonly runner?: BackupRunner;
  /** What is known of systems; nothing when left out. */
  readonly systems?: readonly System[];
  /** The built console, served as by the real one. */
  readonly console?: NonNullable<ApiOptions["console"]>;
}

const twoEnvironments = "environments:\n  - name: staging\n  - name: production\n";

function unexpected(): never {
  throw new Error("no call has a reason to reach outside");
}

const noProbes = {
  edges: { http: unexpected, sql: unexpected, redis: unexpected, tls: unexpected },
  timers: { now: () => 0, after: unexpected },
  wait: unexpected,
};

/** Every route of the server with all that they ask for, in mode act. Whatever reaches outside fails the test. */
export async function wholeApi({
  platform = twoEnvironments,
  server = "",
  runner = { call: unexpected },
  systems = [],
  console: consoleFile,
}: Files = {}): Promise<TestApi> {
  const ending: (() => Promise<void>)[] = [];
  const stopping = new AbortController();
  const api = await testApi(routes, async (store) => {
    const file = { schema: PlatformConfig, source: "configuration:platform", name: platformFile };
    await observeConfiguration(store, { ...file, text: platform }, testNow);
    const notify = openOutbox({ now: () => testNow });
    const { provided, close, given } = await capabilitiesOn(store, { server, runner, systems }, notify);
    ending.push(close);
    const facts = { version: "0", mode: () => "act" as const, stopped: () => false, problems: () => [] };
    return {
      record,
      notify,
      given,
      services: openServices([...provided, provide(serverFacts, facts)]),
      stopping: stopping.signal,
      ...(consoleFile === undefined ? {} : { console: consoleFile }),
    };
  });
  return {
    ...api,
    async close() {
      stopping.abort();
      for (const end of ending) await end();
      await api.close();
    },
  };
}

/** The capabilities of a server with that configuration, without anything outside. */
function capabilitiesOn(
  store: Store,
  { server, runner, systems }: Required<Pick<Files, "server" | "runner" | "systems">>,
  notify: Notifier,
) {
  const config = {
    ...parseServerConfig(server, "millwright.server.yaml"),
    repositories: [{ name: "platform", folder: "/", everyMinutes: 15 }],
    releasesEveryHours: 0,
  };
  return capabilities(
    {
      store,
      accepted: undefined,
      dataFolder: "/nowhere",
      databaseUrl: "none",
      config: () => config,
      configFile: () => ({ name: "millwright.server.yaml", text: server, problem: undefined }),
      sealingKeys: async () => [sealingKey("test", Buffer.alloc(32, 7).toString("base64"))],
      version: "0",
      useSecret: unexpected,
      mode: () => "act",
      clock: { now: () => testNow },
      log: () => undefined,
    },
    {
      record,
      notify,
      http: { fetch: unexpected },
      releases: { ask: unexpected, upgradeFacts: undefined, endOfLife: undefined },
      facts: { upgrade: upgradeFactsData, provenSets },
      version: "0",
      environments: [],
      monotonic: () => 0,
      openCluster: unexpected,
      openBackupRunner: () => runner,
      probes: { ...noProbes, systems },
      rules: livePages,
      openRepository: unexpected,
      openMailer: unexpected,
      openLog: unexpected,
      withGitCredential: unexpected,
    },
  );
}
