import type { Hono } from "hono";
import type { Role, Roles } from "../access/role.ts";
import type { Route, ServiceKey } from "../access/route.ts";
import { createToken, daysAfter } from "../access/tokens.ts";
import { type Instant, instantOf } from "../kernel/instant.ts";
import type { JournalDraft, NoticeDraft } from "../platform/record.ts";
import type { Store } from "../store/store.ts";
import { testStore } from "../store/test-support.ts";
import { createApp } from "./app.ts";
import { openMetrics } from "./metrics.ts";
import type { ApiOptions, LogLine } from "./options.ts";

/** The moment at which tests ask. */
export const testNow: Instant = instantOf(Date.UTC(2026, 10, 20, 9));

export interface TestApi {
  readonly app: ReturnType<typeof createApp> & Hono<never>;
  readonly store: Store;
  readonly recorded: JournalDraft[];
  readonly noticed: NoticeDraft[];
  readonly logged: LogLine[];
  /** Sends a request with a token of these roles, if any. */
  ask(method: string, path: string, as: Roles | undefined, sent?: Sent): Promise<Response>;
  tokenFor(roles: Roles): Promise<string>;
  close(): Promise<void>;
}

export interface Sent {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Everywhere this role. */
export function all(role: Role): Roles {
  return { "*": role };
}

/** The API on a database of its own, asked without a port. */
export async function testApi(
  routes: readonly Route[],
  given: Partial<ApiOptions> | ((store: Store) => Promise<Partial<ApiOptions>>) = {},
): Promise<TestApi> {
  const store = await testStore();
  const changes = typeof given === "function" ? await given(store) : given;
  const recorded: JournalDraft[] = [];
  const noticed: NoticeDraft[] = [];
  const logged: LogLine[] = [];
  const app = createApp({
    store,
    clock: { now: () => testNow },
    routes,
    record: async (_, draft) => void recorded.push(draft),
    notify: async (_, draft) => void noticed.push(draft),
    services: {
      need: <T>(key: ServiceKey<T>): T => {
        throw new Error(`no service ${key.name} in this test`);
      },
    },
    version: "0.0.0-test",
    mode: () => "act",
    given: () => [],
    login: { oidc: undefined, grants: [], sessionHours: 12 },
    approvers: () => [],
    secure: false,
    behindProxy: false,
    limits: { perPrincipal: { burst: 1e9, perSecond: 1e9 }, failures: { burst: 1e9, perSecond: 1e9 } },
    hooks: [],
    health: { checks: [] },
    metrics: openMetrics("0.0.0-test", []),
    stopping: new AbortController().signal,
    log: (line) => void logged.push(line),
    ...changes,
  });
  const tokens = new Map<string, Promise<string>>();
  const tokenFor = (roles: Roles): Promise<string> => {
    const key = JSON.stringify(roles);
    const made = tokens.get(key) ?? makeToken(store, roles);
    tokens.set(key, made);
    return made;
  };
  return {
    app: app as TestApi["app"],
    store,
    recorded,
    noticed,
    logged,
    tokenFor,
    async ask(method, path, as, sent = {}) {
      const headers: Record<string, string> = { ...sent.headers };
      if (as !== undefined) headers["authorization"] = `Bearer ${await tokenFor(as)}`;
      if (sent.body !== undefined) headers["content-type"] ??= "application/json";
      const body = typeof sent.body === "string" ? sent.body : JSON.stringify(sent.body);
      return app.request(path, { method, headers, ...(sent.body === undefined ? {} : { body }) });
    },
    close: () => store.close(),
  };
}

async function makeToken(store: Store, roles: Roles): Promise<string> {
  const { secret } = await createToken(store, testNow, {
    name: JSON.stringify(roles),
    roles,
    expiresAt: daysAfter(testNow, 1),
    createdBy: { kind: "person", id: "local:tests", name: "Tests" },
  });
  return secret;
}
