import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import { SystemError } from "../kernel/errors.ts";
import { absent, type Fact, known, unknown } from "../kernel/fact.ts";
import { parseInstant } from "../kernel/instant.ts";
import type { KubeList, KubeObject, KubeReader } from "../kernel/kube.ts";
import type { ProbeHttp, ProbeRequest, RedisReader, Sql, TlsAnswer, TlsInspector } from "../kernel/probe-ports.ts";
import type { Probe, ProbePorts, Reading } from "./contract.ts";

/**
 * Recorded replies, one line a case, in `fixtures/probes.yaml` of a system's folder. They are written in the shape that the
 * file's `source` describes.
 */

const Http = z.union([
  z.tuple([z.number(), z.unknown()]),
  z.tuple([z.number(), z.unknown(), z.record(z.string(), z.string())]),
  z.literal("silent"),
]);
const SqlReply = z.union([
  z.array(z.record(z.string(), z.unknown())),
  z.literal(["missing", "refused", "silent", "full"]),
]);

const Case = z.strictObject({
  probe: z.string(),
  case: z.string(),
  kind: z.enum(["healthy", "down", "refused", "absent", "bad", "unset", "other"]),
  settings: z.record(z.string(), z.unknown()).optional(),
  credentials: z.array(z.string()).optional(),
  http: z.record(z.string(), Http).optional(),
  sql: SqlReply.optional(),
  redis: z
    .union([z.record(z.string(), z.union([z.string(), z.number()])), z.literal(["refused", "silent"])])
    .optional(),
  tls: z.unknown().optional(),
  kube: z
    .record(z.string(), z.union([z.array(z.unknown()), z.literal(["forbidden", "not-served", "silent"])]))
    .optional(),
  logs: z.string().optional(),
  expect: z.record(z.string(), z.enum(["healthy", "unhealthy", "absent", "unknown"])),
});
export type ProbeCase = z.infer<typeof Case>;

const File = z.strictObject({
  source: z.string().min(10),
  settings: z.record(z.string(), z.unknown()).default({}),
  credentials: z.array(z.string()).default([]),
  /** Kinds of cases that a probe cannot have, with the reason. */
  without: z.record(z.string(), z.record(z.string(), z.string().min(10))).default({}),
  cases: z.array(Case),
});
export type ProbeFixtures = z.infer<typeof File>;

/** The fixtures of a system; several systems that are asked alike share a file. */
export function probeFixtures(system: string): ProbeFixtures | undefined {
  const shared: Readonly<Record<string, string>> = { minio: "s3" };
  const file = join(import.meta.dirname, shared[system] ?? system, "fixtures", "probes.yaml");
  if (!existsSync(file)) return undefined;
  return File.parse(parse(readFileSync(file, "utf8"), { merge: true, maxAliasCount: 1000 }));
}

/** The fixtures of probes that several systems have: certificates, logs. */
export function sharedFixtures(): ProbeFixtures {
  return File.parse(parse(readFileSync(join(import.meta.dirname, "probes.fixtures.yaml"), "utf8"), { merge: true }));
}

const fixtureNow = parseInstant("2026-11-20T12:00:00Z") as ProbePorts["clock"] extends { now(): infer I } ? I : never;

const silence = new SystemError("GET http://target: no whole answer within 20 s", "retry");

/** Ports that answer as recorded. What was not recorded is an error of the test. `asked` notes the methods used. */
function recordedPorts(one: ProbeCase, defaults: ProbeFixtures, asked: string[] = []): ProbePorts {
  const settings = { ...defaults.settings, ...one.settings };
  const credentials = one.credentials ?? defaults.credentials;
  return {
    http: recordedHttp(one, typeof settings["url"] === "string" ? settings["url"] : "", credentials, asked),
    sql: recordedSql(one),
    redis: recordedRedis(one),
    tls: recordedTls(one),
    kube: recordedKube(one),
    clock: { now: () => fixtureNow },
  };
}

function recordedHttp(one: ProbeCase, url: string, credentials: readonly string[], asked: string[]): ProbeHttp {
  return {
    url,
    has: (credential) => credentials.includes(credential),
    fetch: async (path: string, request: ProbeRequest = {}) => {
      asked.push(`${request.method ?? "GET"} ${path}`);
      const reply = replyTo(one, path);
      if (reply === "silent") throw silence;
      const [status, content, headers = {}] = reply;
      const body = typeof content === "string" ? content : JSON.stringify(content);
      return { status, headers, body, millis: 12 };
    },
  };
}

/** By path and query, by path, or by the case's answer to everything. */
function replyTo(one: ProbeCase, path: string): z.infer<typeof Http> {
  const routes = one.http ?? {};
  const reply = [path, path.split("?", 1)[0] ?? "", "*"].map((key) => routes[key]).find((found) => found !== undefined);
  if (reply === undefined) throw new Error(`${one.probe}, ${one.case}: ${path} was not recorded`);
  return reply;
}

function recordedSql(one: ProbeCase): Sql {
  return {
    label: "db.example.org:5432/app",
    read: async () => {
      if (one.sql === "silent") throw silence;
      if (one.sql === "full")
        return { kind: "full", what: 'could not write to file "base/pgsql_tmp/pgsql_tmp7.0": No space left on device' };
      if (one.sql === "missing") return { kind: "missing", what: 'relation "x" does not exist' };
      if (one.sql === "refused")
        return {
          kind: "refused",
          why: "permission denied for table x",
          howToLearn: "Grant it to probe: select on table x.",
        };
      if (one.sql === undefined) throw new Error(`${one.probe}, ${one.case}: no rows recorded`);
      return { kind: "rows", rows: one.sql };
    },
  };
}

function recordedRedis(one: ProbeCase): RedisReader {
  return {
    label: "cache.example.org:6379",
    info: async () => {
      if (one.redis === "silent" || one.redis === undefined) throw silence;
      if (one.redis === "refused")
        return {
          kind: "refused",
          why: "NOAUTH Authentication required.",
          howToLearn: "Give the probe a user that may run INFO.",
        };
      return {
        kind: "info",
        text: Object.entries(one.redis)
          .map(([key, value]) => `${key}:${value}\r\n`)
          .join(""),
      };
    },
  };
}

function recordedTls(one: ProbeCase): TlsInspector {
  return {
    inspect: async () => {
      if (one.tls === "silent" || one.tls === undefined) throw silence;
      return one.tls as TlsAnswer;
    },
  };
}

function recordedKube(one: ProbeCase): KubeReader {
  const never = async (): Promise<never> => {
    throw new Error("a probe asked for what its fixtures do not have");
  };
  return {
    label: "https://cluster.example.org",
    list: async ({ plural }): Promise<Fact<KubeList>> => {
      const items = one.kube?.[plural];
      if (items === undefined) throw new Error(`${one.probe}, ${one.case}: ${plural} was not recorded`);
      if (items === "silent") throw silence;
      if (items === "not-served") return absent("the server does not serve it");
      if (items === "forbidden") return unknown(`${plural} is forbidden`, `Grant list on ${plural}.`);
      return known({ items: items as readonly KubeObject[], resourceVersion: "1" }, "list");
    },
    logs: async () =>
      one.logs === undefined ? unknown("pods/log is forbidden", "Grant get on pods/log.") : known(one.logs, "log"),
    get: never,
    can: never,
    discovery: never,
    watch: () => {
      throw new Error("a probe does not watch");
    },
    pages: () => {
      throw new Error("a probe holds what it lists");
    },
  };
}

/** Subject → what is said of it. */
export function saidOf(readings: readonly Reading[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readings.map((reading) => [reading.subject, reading.kind === "known" ? reading.health : reading.kind]),
  );
}

/** Reads a case. */
export async function readCase(
  probe: Probe,
  one: ProbeCase,
  defaults: ProbeFixtures,
  asked: string[] = [],
): Promise<readonly Reading[]> {
  const inputs = probe.inputs.parse({ ...defaults.settings, ...one.settings });
  return probe.read(recordedPorts(one, defaults, asked), inputs);
}
