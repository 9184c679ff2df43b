import type { System } from "../contract.ts";
import { endOfLifeRule, imageExample, isImage } from "../end-of-life.ts";
import { redisProbes } from "./probes.ts";

const redisEnded = endOfLifeRule({
  product: "redis",
  title: "Redis",
  severity: "medium",
  matches: (pin) => isImage(pin, "redis"),
  fix: "Upgrade Redis, replicas first, or change to Valkey. A newer server reads the old data; an older one does not read the new.",
  examples: {
    failing: { name: "Redis 7.0", files: imageExample("cache", "redis:7.0.15") },
    passing: { name: "Redis 7.2", files: imageExample("cache", "redis:7.2.11") },
  },
});

export const redis: System = {
  id: "redis",
  title: "Redis and Valkey",
  recognition: {
    charts: ["redis", "redis-cluster", "redis-ha", "valkey"],
    images: ["redis", "library/redis", "bitnami/redis", "bitnamilegacy/redis", "valkey/valkey", "bitnami/valkey"],
    apiGroups: ["redis.redis.opstreelabs.in"],
  },
  rules: [redisEnded],
  probes: redisProbes,
  keeps: [
    {
      id: "data",
      title: "its keys",
      heldBy: [{ kind: "redis" }, { kind: "files" }],
      sources: ["https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/"],
    },
  ],
};
