// oxlint-disable no-restricted-imports -- tests ask through the API
import { createToken, daysAfter } from "../access/tokens.ts";
import { all, type TestApi, testApi, testNow } from "../api/test-support.ts";
import { type Instant, instantOf } from "../kernel/instant.ts";
import { defaultConfig } from "../platform/config.ts";
import { calendarRoutes } from "./routes.ts";
import { type CalendarInForce, calendarService } from "./service.ts";
import { tick } from "./tick.ts";
import { hour } from "./zone.ts";

/** When the duties of a fresh `CalendarApi` were decided last. */
const decidedAt = instantOf(Date.parse(testNow) + hour);

export interface WorkSeen {
  readonly id: string;
  readonly state: string;
  readonly version: number;
  readonly detail?: string;
  readonly now?: { readonly mayStart: boolean; readonly whyNot: readonly string[]; readonly latestStart?: string };
}

export interface Seen {
  readonly status: number;
  readonly body: WorkSeen;
  readonly etag: string | null;
}

/** The calendar's routes on a database of their own. The moment and what is in force may be set. */
export interface CalendarApi {
  readonly api: TestApi;
  now: Instant;
  inForce: CalendarInForce;
  /** Asks as an approver of that name, a person who stands behind a token. */
  askAs(name: string, method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Seen>;
}

export async function calendarApi(): Promise<CalendarApi> {
  const environments = [{ name: "staging" }, { name: "production" }];
  const service = calendarService(() => world.inForce);
  const api = await testApi(calendarRoutes, {
    clock: { now: () => world.now },
    services: { need: <T>(): T => service as T },
  });
  const world: CalendarApi = {
    api,
    now: testNow,
    inForce: { config: { ...defaultConfig, platform: "ours", environments }, stop: undefined },
    async askAs(name, method, path, body, headers = {}) {
      const secret = await tokenOf(name, world);
      const reply = await api.ask(method, path, undefined, {
        ...(body === undefined ? {} : { body }),
        headers: { authorization: `Bearer ${secret}`, ...headers },
      });
      return { status: reply.status, body: (await reply.json()) as WorkSeen, etag: reply.headers.get("etag") };
    },
  };
  for (const at of [instantOf(Date.parse(testNow) - 2 * hour), decidedAt])
    await tick(
      api.store,
      { calendar: service.compiled(at), stop: undefined, findings: undefined },
      at,
      async () => undefined,
      async () => undefined,
    );
  return world;
}

async function tokenOf(name: string, { api, now }: CalendarApi): Promise<string> {
  const made = await createToken(api.store, now, {
    name: `token of ${name}`,
    roles: all("approver"),
    expiresAt: daysAfter(now, 1),
    createdBy: { kind: "person", id: "root", name: "root" },
    person: name,
  });
  return made.secret;
}
