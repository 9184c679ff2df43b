import { itemsAt, scalarAt } from "../../kernel/tree.ts";
import { releaseOf } from "../ask.ts";
import { defineRule, type Manifest } from "../contract.ts";
import { podSpecOf, type Store, splitReference, storesIn, wordsIn } from "../stores.ts";

/** The client's major and where its image is written, for a CronJob that runs pg_dump. */
function clientsIn(
  job: Manifest,
): readonly { readonly major: number; readonly offset: number; readonly words: string }[] {
  return itemsAt(podSpecOf(job), "containers").flatMap((container) => {
    const image = scalarAt(container, "image");
    const words = wordsIn(container);
    if (image === undefined || !/\bpg_dump(?:all)?\b/.test(words)) return [];
    const { name, tag } = splitReference(image.text);
    const major = /(?:^|\/)postgres(?:ql)?$/.test(name) ? releaseOf(tag)?.[0] : undefined;
    return major === undefined ? [] : [{ major, offset: image.start, words }];
  });
}

function serverFor(words: string, job: Manifest, servers: readonly Store[]): Store | undefined {
  const here = servers.filter(({ manifest }) => manifest.environment === job.environment);
  return here.find(({ hosts }) =>
    hosts.some((host) => new RegExp(`(?:^|[\\s=@/])${host.replace(/[^\w-]/g, "")}(?:[\\s.:/]|$)`).test(words)),
  );
}

const database = (image: string): string =>
  `apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: mlflow-db, namespace: mlflow}\nspec: {instances: 2, imageName: "${image}"}\n`;

const job = (image: string): string =>
  [
    "apiVersion: batch/v1",
    "kind: CronJob",
    "metadata: {name: mlflow-dump, namespace: mlflow}",
    "spec:",
    "  schedule: 0 1 * * *",
    "  jobTemplate:",
    "    spec:",
    "      template:",
    "        spec:",
    "          containers:",
    "            - name: dump",
    `              image: ${image}`,
    "              args: [pg_dump, --host=mlflow-db-rw, mlflow]",
    "",
  ].join("\n");

export const dumpClientOlder = defineRule({
  id: "postgresql-dump-client-older",
  title: "pg_dump is older than the server it dumps",
  group: "postgresql",
  severity: "critical",
  why: "pg_dump refuses a server newer than its own major version. After a major upgrade of the server a backup job with the old client fails every night, and the last good dump grows old unnoticed.",
  sources: ["PostgreSQL manual, pg_dump, Notes (doc/src/sgml/ref/pg_dump.sgml)"],
  fix: "Use an image for the dump whose major is at least the server's.",
  needs: ["manifests"],
  *check({ manifests }) {
    const servers = storesIn(manifests).filter(({ product }) => product === "postgresql");
    for (const cron of manifests.filter(({ kind }) => kind === "CronJob")) {
      for (const { major, offset, words } of clientsIn(cron)) {
        const server = serverFor(words, cron, servers);
        const serverMajor = releaseOf(server?.tag)?.[0];
        if (server === undefined || serverMajor === undefined || serverMajor <= major) continue;
        yield {
          kind: "finding",
          subject: `cronjob/${cron.namespace ?? ""}/${cron.name}`,
          environment: cron.environment,
          at: cron.file.locate(offset),
          message: `pg_dump ${major} cannot dump ${server.name}, which runs PostgreSQL ${serverMajor}`,
          fix: `Use a PostgreSQL ${serverMajor} image in this CronJob.`,
        };
      }
    }
  },
  examples: {
    failing: [
      {
        name: "client 15, server 16",
        files: { "db.yaml": database("ghcr.io/cloudnative-pg/postgresql:16.9"), "dump.yaml": job("postgres:15.13") },
      },
    ],
    passing: [
      {
        name: "client 17, server 16",
        files: { "db.yaml": database("ghcr.io/cloudnative-pg/postgresql:16.9"), "dump.yaml": job("postgres:17.5") },
      },
    ],
  },
});
