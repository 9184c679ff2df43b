import { join } from "node:path";
import { Hono } from "hono";
import { openDatabase } from "../databases/sql.ts";
import type { Ledger } from "../ledger.ts";
import { gitlabLies } from "../lies/index.ts";
import { neverComparedOf, readFixtures } from "../stand-in/fixtures.ts";
import { openRedisServer } from "../stand-in/redis.ts";
import { type StandIn, serveStandIn } from "../stand-in/server.ts";
import { backgroundRoutes } from "./background.ts";
import { advance } from "./jobs.ts";
import { type MigrationFate, migrateGitlab } from "./migrate.ts";
import { gitRoute } from "./repositories.ts";
import { apiRoutes, sidekiqRoutes } from "./routes-api.ts";
import { graphqlRoutes } from "./routes-graphql.ts";
import { healthRoutes, notFoundPage, page } from "./routes-health.ts";
import { projectRoutes } from "./routes-projects.ts";
import { tokenRoutes } from "./routes-tokens.ts";
import { addTokens, digestOf, type GitlabToken } from "./tokens.ts";
import { runInToolbox, type ToolAnswer } from "./toolbox.ts";
import { type GitlabWorld, Refused } from "./world.ts";

export interface GitlabOptions {
  /** The target in the ledger: `production/gitlab`. */
  readonly name: string;
  /** A database that `fillGitlab` filled for this version. */
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly version: string;
  /** 0: any free one. */
  readonly port: number;
  readonly ledger: Ledger;
  readonly now: () => Date;
  /** As its users write it; its own address when left out. */
  readonly externalUrl?: string;
  readonly tokens: readonly GitlabToken[];
  /** A folder for the repositories of projects that are made while it runs; without one they have none. */
  readonly repositories?: string;
  /** How long a background migration takes; a minute when left out. */
  readonly backgroundMs?: number;
  /** Whether a pod of Sidekiq runs; one always does when left out. */
  readonly sidekiqRuns?: () => boolean;
  /** Between two looks of its Sidekiq; 0: only `step()` works. A second when left out. */
  readonly stepMs?: number;
}

export interface GitlabStandIn extends StandIn {
  readonly version: string;
  /** Revokes a token, as a person would; it stays revoked. */
  refuse(token: string): Promise<void>;
  /** Runs the migrations of that version and then is that version. When they fail it stays what it was, and throws. */
  upgrade(to: string): Promise<void>;
  /** What befalls the next upgrades' migrations. */
  fate(fate: MigrationFate): void;
  toolbox(argv: readonly string[]): Promise<ToolAnswer>;
  /** One look of Sidekiq at the background migrations. */
  step(): Promise<void>;
  /** Takes whoever asks off the monitoring allowlist, or puts them on it again. */
  allow(allowed: boolean): void;
  switchMetrics(on: boolean): void;
  /** A Gitaly shard beside `default` that does not answer, or answers no more. */
  shard(name: string, dead: boolean): void;
  sidekiq(processes: number): void;
}

/** What was never held against a real GitLab. */
export const gitlabNeverCompared = neverComparedOf("gitlab", readFixtures(join(import.meta.dirname, "fixtures")));

/** GitLab as SharingHub, people and our probes meet it, on a real database and Redis. */
export async function startGitLab(options: GitlabOptions): Promise<GitlabStandIn> {
  const { name, ledger, now, sidekiqRuns = () => true } = options;
  const database = openDatabase(options.databaseUrl);
  let processes = 1;
  const world: GitlabWorld = {
    name,
    database,
    redis: openRedisServer(options.redisUrl),
    ledger,
    now,
    externalUrl: () => options.externalUrl ?? served.url,
    repositories: options.repositories,
    version: options.version,
    allowed: true,
    metrics: true,
    deadShards: new Set(),
    get sidekiqProcesses() {
      return sidekiqRuns() ? processes : 0;
    },
  };
  await addTokens(database, options.tokens, now());
  const app = gitlabApp(world);
  const served = await serveStandIn({ ...options, lies: gitlabLies, answer: async (request) => app.fetch(request) });
  const worker = startSidekiq(world, options);
  return {
    ...served,
    ...switches(world),
    sidekiq: (wanted) => void (processes = wanted),
    ...upgrades(world, options.databaseUrl),
    get url() {
      return served.url;
    },
    get port() {
      return served.port;
    },
    get version() {
      return world.version;
    },
    async refuse(token) {
      const revoke = "update personal_access_tokens set revoked = true where token_digest = $1";
      await database.rows(revoke, [digestOf(token)]);
      ledger.add(name, "token revoked");
    },
    toolbox: (argv) => runInToolbox(world, argv),
    step: worker.step,
    async close() {
      await served.close();
      await worker.stop();
      await database.close();
    },
  };
}

function switches(world: GitlabWorld): Pick<GitlabStandIn, "allow" | "switchMetrics" | "shard"> {
  return {
    allow: (allowed) => void (world.allowed = allowed),
    switchMetrics: (on) => void (world.metrics = on),
    shard: (shard, dead) => void (dead ? world.deadShards.add(shard) : world.deadShards.delete(shard)),
  };
}

function upgrades(world: GitlabWorld, databaseUrl: string): Pick<GitlabStandIn, "upgrade" | "fate"> {
  let fate: MigrationFate = { kind: "well" };
  return {
    async upgrade(to) {
      const count = (migration: string): void => world.ledger.add(world.name, "migration", { version: to, migration });
      await migrateGitlab(databaseUrl, to, { fate, now: world.now(), count });
      world.version = to;
      world.ledger.add(world.name, "upgraded", { version: to });
    },
    fate: (next) => void (fate = next),
  };
}

/** Its background work. A database that is away for a while is tried again at the next turn. */
function startSidekiq(
  world: GitlabWorld,
  { backgroundMs = 60_000, stepMs = 1000 }: Pick<GitlabOptions, "backgroundMs" | "stepMs">,
): { readonly step: () => Promise<void>; readonly stop: () => Promise<void> } {
  let last: Promise<void> = Promise.resolve();
  const look = (): Promise<void> =>
    world.sidekiqProcesses === 0 ? Promise.resolve() : advance(world.database, world.now(), backgroundMs);
  const step = (): Promise<void> => {
    const turn = last.then(look);
    last = turn.catch(() => undefined);
    return turn;
  };
  const timer = stepMs === 0 ? undefined : setInterval(() => void step().catch(() => undefined), stepMs);
  timer?.unref();
  return {
    step,
    async stop() {
      clearInterval(timer);
      await last;
    },
  };
}

function gitlabApp(world: GitlabWorld): Hono {
  const app = new Hono();
  app.onError((thrown, context) => {
    if (thrown instanceof Refused) return thrown.response.clone() as Response;
    return context.req.path.startsWith("/api/")
      ? context.json({ message: "500 Internal Server Error" }, 500)
      : page("<!DOCTYPE html>\n<html><head><title>Something went wrong (500)</title></head></html>\n", 500);
  });
  app.notFound((context) =>
    context.req.path.startsWith("/api/") ? context.json({ error: "404 Not Found" }, 404) : page(notFoundPage, 404),
  );
  healthRoutes(app, world);
  app.use(async (context, next) => (await gitRoute(world, context.req.raw)) ?? next());
  projectRoutes(app, world);
  apiRoutes(app, world);
  sidekiqRoutes(app, world);
  tokenRoutes(app, world);
  backgroundRoutes(app, world);
  graphqlRoutes(app, world);
  app.get("/users/sign_in", async () => {
    // The page reads the settings of the instance: without a database there is none.
    await world.database.rows("select signup_enabled from application_settings");
    return page(signInPage);
  });
  app.get("/", (context) => context.redirect(`${world.externalUrl()}/users/sign_in`, 302));
  return app;
}

const signInPage = `<!DOCTYPE html>
<html class="html-devise-layout" lang="en">
<head><title>Sign in · GitLab</title></head>
<body><form action="/users/sign_in" method="post"><input type="password" name="user[password]"></form></body>
</html>
`;
