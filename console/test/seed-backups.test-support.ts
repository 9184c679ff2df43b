import { testNow } from "../../src/api/test-support.ts";
import { Listed } from "../../src/backups/server/catalogue.ts";
import { keepDrill } from "../../src/backups/server/drills.ts";
import { markRemoved } from "../../src/backups/server/mark-removed.ts";
import { keepListed, keepUnlooked } from "../../src/backups/server/mirror.ts";
import type { BackupTables } from "../../src/backups/server/tables.ts";
import { recordInventory } from "../../src/findings/store-inventory.ts";
import type { BackupRunner } from "../../src/kernel/backup-runner.ts";
import { instantOf } from "../../src/kernel/instant.ts";
import { asJson, type Store } from "../../src/store/store.ts";
import { drillOf } from "./seed-drills.test-support.ts";

/** The part of `millwright.server.yaml` that says what is backed up. */
export const backedUp = `backups:
  installation: acme
  environments:
    - environment: production
      repository: /srv/backups/production
      key: file:/run/secrets/restic
      rpoHours: 26
      objectives: [{ store: mlflow/artifacts, rpoHours: 12, rtoMinutes: 90 }]
      schedule: [{ class: daily, on: "03:00" }]
      disposable: [{ component: gitlab, store: redis, why: "a cache that fills itself again" }]
      stores:
        - { component: mlflow, kind: postgresql, url: "file:/run/secrets/mlflow" }
        - { component: mlflow, store: artifacts, kind: objects, endpoint: "https://s3.example.org", bucket: mlflow-artifacts, accessKey: "file:/run/secrets/s3-id", secretKey: "file:/run/secrets/s3" }
        - { component: gitlab, kind: postgresql, url: "file:/run/secrets/gitlab" }
        - { component: keycloak, kind: postgresql, url: "file:/run/secrets/keycloak" }
        - { component: sharinghub, kind: postgresql, url: "file:/run/secrets/sharinghub" }
`;

const hour = 3_600_000;

function hoursAgo(hours: number): string {
  return new Date(Date.parse(testNow) - hours * hour).toISOString();
}

const digest = `sha256:${"0".repeat(64)}`;

interface Planted {
  readonly store: string;
  readonly hours: number;
  readonly verdict?: string;
  readonly point?: string;
  readonly kind?: string;
}

function idOf({ store, hours }: Pick<Planted, "store" | "hours">): string {
  return `${store.replace("/", "-")}-${String(hours).padStart(4, "0")}h-3fa9c1de`;
}

function listedOf(planted: Planted) {
  const { store, hours, verdict, point, kind = "postgresql" } = planted;
  const id = idOf(planted);
  return {
    id,
    store,
    kind,
    class: hours % 168 === 6 ? "weekly" : "daily",
    takenAt: hoursAgo(hours),
    bytes: Math.round(1.4e9 - hours * 6e5),
    digest,
    ...(point === undefined ? {} : { point }),
    proofs:
      verdict === undefined
        ? []
        : [
            {
              snapshot: `proof-${id}`,
              provenAt: hoursAgo(hours - 0.5),
              verdict,
              digest,
              millis: 300_000 - hours * 200,
            },
          ],
  };
}

/** The newest backup that is proven, the one whose proof failed, and the point that holds them. */
export const named = {
  proven: idOf({ store: "mlflow/database", hours: 6 }),
  failed: idOf({ store: "gitlab/database", hours: 6 }),
  lost: idOf({ store: "keycloak/database", hours: 36 }),
  point: "point-0006h-77aa",
} as const;

function days(store: string, count: number, more: Partial<Planted> = {}): readonly Planted[] {
  return Array.from({ length: count }, (_, day) => ({ store, hours: 6 + day * 24, verdict: "proven", ...more }));
}

const points = [
  {
    id: named.point,
    takenAt: hoursAgo(6),
    fence: "fenced",
    class: "daily",
    digest,
    bytes: 3e9,
    proofs: [{ snapshot: "proof-lacking", provenAt: hoursAgo(5.5), verdict: "failed", digest }],
  },
  {
    id: "point-0030h-77ab",
    takenAt: hoursAgo(30),
    fence: "unfenced",
    class: "daily",
    digest,
    bytes: 3e9,
    proofs: [{ snapshot: "proof-point", provenAt: hoursAgo(29), verdict: "proven", digest }],
  },
] as const;

const pointAt: Readonly<Record<number, { readonly point: string }>> = {
  6: { point: named.point },
  30: { point: "point-0030h-77ab" },
};

const kept: readonly Planted[] = [
  ...days("mlflow/database", 28).map((one) => ({ ...one, ...pointAt[one.hours] })),
  ...days("mlflow/artifacts", 20, { kind: "objects" }).filter(({ hours }) => hours !== 6 && hours !== 150),
  { store: "mlflow/artifacts", hours: 7, kind: "objects", point: named.point },
  ...days("gitlab/database", 25).filter(({ hours }) => hours !== 6),
  { store: "gitlab/database", hours: 6, verdict: "failed", point: named.point },
  ...days("keycloak/database", 12).filter(({ hours }) => hours > 60),
];

const debris = [
  {
    snapshot: "9c1d77aa",
    backup: "sharinghub-database",
    store: "sharinghub/database",
    at: hoursAgo(40),
    why: "a part without a sealed manifest: its run did not end well, or has not ended yet",
  },
];

function listed(backups: readonly Planted[]): Listed {
  return Listed.parse({ backups: backups.map(listedOf), points, debris, others: 2 });
}

const unkept = { name: "gitlab", system: "gitlab", environment: "staging", namespace: null, version: null, pins: [] };

/** A month of backups in every state there is: proven, not proven, failed, too old, none, removed and gone; and staging without any. */
export async function seedBackups(store: Store): Promise<void> {
  await recordInventory(store, "repository:platform", { pins: [], components: [unkept] });
  const lost: Planted = { store: "keycloak/database", hours: 36, verdict: "proven" };
  const removed: Planted = { store: "mlflow/database", hours: 690, verdict: "proven" };
  const before = instantOf(Date.parse(testNow) - 5 * hour);
  await keepListed(store, "production", listed([...kept, lost, removed]), before);
  await markRemoved(store, "production", [idOf(removed)], "0000000000000000000000000000");
  await keepListed(store, "production", listed(kept), testNow);
  const tables = store.tables<BackupTables>();
  const check = { environment: "production", read_data: true, run: null } as const;
  await tables
    .insertInto("backup_checks")
    .values([
      {
        ...check,
        at: instantOf(Date.parse(hoursAgo(10))),
        ended_at: instantOf(Date.parse(hoursAgo(9))),
        damage: asJson([]),
      },
    ])
    .execute();
  await tables
    .insertInto("backup_sizes")
    .values(
      Array.from({ length: 30 }, (_, day) => ({
        environment: "production",
        at: instantOf(Date.parse(hoursAgo(2 + day * 24))),
        bytes: 4.1e9 - day * 7e7,
      })),
    )
    .execute();
  await keepDrill(store, "production", drillOf(named.proven, "drill-all", 50, "passed"), undefined);
  await keepDrill(store, "production", drillOf(named.proven, "drill-late", 20 * 24, "failed"), undefined);
  await tables
    .insertInto("backup_receipts")
    .values({
      environment: "production",
      backup: named.proven,
      store: "mlflow/database",
      line: "millwright-receipt-1.eyJiYWNrdXAiOiJtbGZsb3cifQ.0123456789abcdef.c2lnbmVk",
      taken_at: instantOf(Date.parse(hoursAgo(6))),
      valid_until: instantOf(Date.parse(hoursAgo(-18))),
      issued_at: instantOf(Date.parse(hoursAgo(5))),
      run: null,
    })
    .execute();
}

/** From now on the repository does not answer. */
export function seedSilence(store: Store): Promise<void> {
  return keepUnlooked(store, "production", "its repository cannot be opened: connection refused", testNow);
}

const proof = { provenAt: hoursAgo(5.5), provenBy: "the runner", millis: 84_000 };

function contentOf(id: string) {
  const failed = id === named.failed;
  return {
    id,
    takenAt: hoursAgo(6),
    endedAt: hoursAgo(5.9),
    digest,
    bytes: 1.4e9,
    identity: { installation: "acme", repository: "0".repeat(64) },
    versions: { pg_dump: "15.8", restic: "0.14.0", millwright: "0.1.0" },
    parts: [{ file: "database.dump", bytes: 1.4e9, digest: `sha256:${"a1".repeat(32)}`, added: 5.2e7 }],
    packs: { count: 0, bytes: 0 },
    covers: "database mlflow, 12 tables, 3007 rows",
    facts: [
      { label: "server", text: "PostgreSQL 15.8, at 0/1A2B3C4" },
      { label: "table", text: "runs: 3000 rows" },
      { label: "table", text: "experiments: 7 rows" },
    ],
    doesNotCover: ["passwords of database roles", "the artifacts of its runs"],
    proof: {
      ...proof,
      verdict: failed ? { kind: "failed", why: ["public.users: 812 rows, and 813 were counted"] } : { kind: "proven" },
      restoredInto: 15,
      counts: { tables: 12, rows: 3007 },
      notes: [],
    },
  };
}

const point = {
  ...points[0],
  beganAt: hoursAgo(6),
  endedAt: hoursAgo(5.8),
  fence: { kind: "fenced", from: hoursAgo(6), until: hoursAgo(5.8), by: ["deployment mlflow/mlflow"] },
  backups: [{ id: named.proven, store: "mlflow/database", takenAt: hoursAgo(6), bytes: 1.4e9 }],
  disposable: [{ store: "gitlab/redis", why: "a cache that fills itself again" }],
  proof: {
    ...proof,
    verdict: { kind: "failed", why: ["2 of 40 artifacts are not there: `models/7`, `models/8`"] },
    checks: [
      {
        id: "a",
        what: "each registered model's artifact is there",
        state: "failed",
        asked: 40,
        why: ["models/7 is gone"],
      },
      { id: "b", what: "each LFS pointer resolves", state: "passed", asked: 112, why: [] },
    ],
    doesNotCover: ["one moment with what lies outside"],
  },
};

const prunable = {
  kept: [{ id: named.proven, store: "mlflow/database", why: ["the last proven one of its store"] }],
  removed: [
    {
      id: idOf({ store: "mlflow/database", hours: 654 }),
      store: "mlflow/database",
      bytes: 1,
      why: ["older than 14 days"],
    },
  ],
  packs: [],
};

/** Answers for the repository as the command line would. */
export const repository: BackupRunner = {
  call: async ({ args: [verb = "", action = "", id = ""] }) => {
    const said = (value: unknown) => ({ code: 0, output: JSON.stringify(value), errors: "" });
    if (verb === "receipt") return { code: 0, output: `millwright-receipt-1.of-${id}\n`, errors: "" };
    if (action === "list") return said(listed(kept));
    if (action === "prune") return said(prunable);
    return id.startsWith("point-") ? said(point) : said(contentOf(id));
  },
};
