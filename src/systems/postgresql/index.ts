import type { System } from "../contract.ts";
import { endOfLifeRule, imageExample, isImage } from "../end-of-life.ts";
import { dumpClientOlder } from "./dump-client.ts";
import { postgresqlProbes } from "./probes.ts";

const endOfLife = endOfLifeRule({
  product: "postgresql",
  title: "PostgreSQL",
  severity: "high",
  matches: (pin) => isImage(pin, "postgres", "postgresql", "postgis"),
  fix: "Upgrade the major version by dump and restore or pg_upgrade, inside the window of what uses it; majors can be skipped.",
  examples: {
    failing: { name: "PostgreSQL 13", files: imageExample("db", "postgres:13.22") },
    passing: { name: "PostgreSQL 17", files: imageExample("db", "postgres:17.6") },
  },
});

export const postgresql: System = {
  id: "postgresql",
  title: "PostgreSQL",
  recognition: {
    charts: ["postgresql", "postgresql-ha", "cloudnative-pg"],
    images: [
      "postgres",
      "library/postgres",
      "bitnami/postgresql",
      "bitnamilegacy/postgresql",
      "cloudnative-pg/postgresql",
      "cloudnative-pg/cloudnative-pg",
    ],
    apiGroups: ["postgresql.cnpg.io", "acid.zalan.do"],
  },
  rules: [dumpClientOlder, endOfLife],
  probes: postgresqlProbes,
};
