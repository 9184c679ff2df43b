import * as z from "zod";
import { defineProbe, type Probe, type Reading } from "../probe.ts";
import { absentReading, healthy, judged, metric, unhealthy, unknownReading } from "../readings.ts";

type Info = ReadonlyMap<string, string>;

const Limits = z.object({
  maxMemoryRatio: z.number().positive().max(1).default(0.9),
  maxSaveAgeHours: z
    .number()
    .positive()
    .default(26)
    .describe("How old the last snapshot may be, where snapshots are its only persistence"),
});

const server = defineProbe({
  id: "server",
  tells: "own",
  title: "Does Redis answer, with room, and does it keep what it is given?",
  needs: ["redis", "clock"],
  inputs: Limits,
  credentials: { redis: "a user that may run INFO" },
  everySeconds: 60,
  timeoutSeconds: 10,
  source: "redis.io/docs/latest/commands/info: sections Server, Memory, Persistence, Stats, Replication",
  async read({ redis, clock }, limits) {
    const answer = await redis.info();
    if (answer.kind === "refused") return [unknownReading("server", answer.why, answer.howToLearn)];
    const info = parseInfo(answer.text);
    const version = info.get("valkey_version") ?? info.get("redis_version");
    if (version === undefined) return [unhealthy("server", "unreadable", `${redis.label}: INFO without a version`)];
    const loading = info.get("loading") === "1";
    return [
      loading
        ? unhealthy("server", version, `${redis.label}: still loads its data`)
        : healthy("server", version, `${redis.label}: ${version}, mode ${info.get("redis_mode") ?? "unknown"}`, [
            metric("redis_connected_clients", numberIn(info, "connected_clients")),
          ]),
      memory(info, redis.label, limits.maxMemoryRatio),
      persistence(info, redis.label, Date.parse(clock.now()), limits.maxSaveAgeHours),
      replication(info, redis.label),
    ];
  },
});

function parseInfo(text: string): Info {
  const lines = text.split(/\r?\n/).filter((line) => !line.startsWith("#") && line.includes(":"));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]));
}

function numberIn(info: Info, key: string): number {
  return Number(info.get(key) ?? Number.NaN);
}

function memory(info: Info, label: string, maxRatio: number): Reading {
  const used = numberIn(info, "used_memory");
  const most = numberIn(info, "maxmemory");
  if (Number.isNaN(used))
    return unknownReading(
      "memory",
      `${label}: INFO says nothing of memory`,
      "Let the probe's user see the section Memory.",
    );
  const metrics = [
    metric("redis_memory_bytes", used),
    metric("redis_evicted_keys_total", numberIn(info, "evicted_keys")),
  ];
  if (!(most > 0)) return healthy("memory", used, `${label}: ${used} bytes, no maxmemory is set`, metrics);
  const evidence = `${label}: ${used} of ${most} bytes, policy ${info.get("maxmemory_policy") ?? "unknown"}`;
  return judged(used / most <= maxRatio, "memory", used, evidence, [
    ...metrics,
    metric("redis_memory_ratio", used / most),
  ]);
}

/** A snapshot or a log that fails is told by Redis itself; without any of the two nothing survives a restart. */
function persistence(info: Info, label: string, now: number, maxAgeHours: number): Reading {
  const subject = "persistence";
  const saved = info.get("rdb_last_bgsave_status");
  if (saved === undefined)
    return unknownReading(
      subject,
      `${label}: INFO says nothing of persistence`,
      "Let the probe's user see the section Persistence.",
    );
  if (saved !== "ok") return unhealthy(subject, "snapshot failed", `${label}: rdb_last_bgsave_status ${saved}`);
  const logged = info.get("aof_enabled") === "1";
  if (logged && info.get("aof_last_write_status") !== "ok")
    return unhealthy(subject, "log failed", `${label}: aof_last_write_status ${info.get("aof_last_write_status")}`);
  if (logged) return healthy(subject, "append-only file", `${label}: aof_last_write_status ok`);
  const ageHours = (now / 1000 - numberIn(info, "rdb_last_save_time")) / 3600;
  const changes = numberIn(info, "rdb_changes_since_last_save");
  const stale = changes > 0 && ageHours > maxAgeHours;
  return judged(
    !stale,
    subject,
    "snapshots",
    `${label}: the last snapshot is ${ageHours.toFixed(1)} h old, ${changes} changes since`,
    [metric("redis_snapshot_age_seconds", Math.max(0, ageHours * 3600))],
  );
}

function replication(info: Info, label: string): Reading {
  const subject = "replication";
  const role = info.get("role");
  if (role === "slave") {
    const link = info.get("master_link_status") ?? "unknown";
    return judged(link === "up", subject, `replica, link ${link}`, `${label}: master_link_status ${link}`);
  }
  const replicas = numberIn(info, "connected_slaves");
  if (role === undefined || Number.isNaN(replicas))
    return unknownReading(
      subject,
      `${label}: INFO says nothing of replication`,
      "Let the probe's user see the section Replication.",
    );
  if (replicas === 0) return absentReading(subject, `${label}: connected_slaves is 0`);
  return healthy(subject, replicas, `${label}: ${replicas} replicas are connected`, [
    metric("redis_replicas", replicas),
  ]);
}

export const redisProbes: readonly Probe[] = [server];
