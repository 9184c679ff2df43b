import { InputError, SystemError } from "../../../kernel/errors.ts";
import type { GitlabPart, GitlabStore, PostgresqlStore } from "../../../platform/backup-stores.ts";
import type { Taking } from "../../store-kind.ts";
import { openPlace } from "../objects/take.ts";
import { findPod, saidBy } from "../pod.ts";
import { podCommand, podDatabase } from "../postgresql/pod-session.ts";
import { GitlabBody } from "./body.ts";
import { databaseNames, databaseStore } from "./databases.ts";

/** How much a backup is about to weigh, and what that was told by: `database 1.2 GB, lfs 3.4 GB`. */
export interface Weight {
  readonly bytes: number;
  readonly told: readonly (readonly [what: string, bytes: number])[];
  /** What could not be asked; where there is any, the last tar has a word too. */
  readonly notTold: readonly string[];
}

interface Asked {
  readonly left: readonly string[];
  readonly buckets: ReadonlyMap<GitlabPart, string>;
  readonly taking: Taking;
}

/** Asks the database and the buckets that are not left out how large they are; repositories are as large as they were last. */
export async function weigh(config: GitlabStore, { left, buckets, taking }: Asked): Promise<Weight> {
  const told: (readonly [string, number])[] = [];
  const notTold: string[] = [];
  const ask = async (part: GitlabPart, what: string, bytes: () => Promise<number | undefined>): Promise<void> => {
    if (left.includes(part)) return;
    const found = await orUnknown(bytes);
    if (found === undefined) notTold.push(what);
    else told.push([what, found]);
  };
  await ask("db", "database", () => databaseBytes(config, taking));
  await ask("repositories", "repositories", () => repositoriesBytes(taking));
  for (const [part, bucket] of buckets)
    await ask(part, part, async () => {
      let bytes = 0;
      const place = await openPlace({ ...config.backups, bucket, prefix: "" }, taking);
      for await (const page of place.list("", taking.signal)) for (const { size } of page) bytes += size;
      return bytes;
    });
  return { bytes: told.reduce((sum, [, one]) => sum + one, 0), told, notTold };
}

/** A store that does not answer this keeps no backup from being made. */
async function orUnknown<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof SystemError || thrown instanceof InputError) return undefined;
    throw thrown;
  }
}

const question = "select pg_catalog.pg_database_size(pg_catalog.current_database()) as bytes";

/** By the declared stores; undefined where one of them is not, or does not tell. */
async function databaseBytes(config: GitlabStore, taking: Taking): Promise<number | undefined> {
  let sum = 0;
  for (const name of databaseNames(config)) {
    const store = databaseStore(name, config, taking.stores);
    const bytes = store === undefined ? undefined : await bytesOf(store, taking);
    if (bytes === undefined) return undefined;
    sum += bytes;
  }
  return sum;
}

async function bytesOf(store: PostgresqlStore, taking: Taking): Promise<number | undefined> {
  if (store.url !== undefined) {
    const db = await taking.ports.connectSource(await taking.secret(store.url));
    try {
      const [row] = await db.query(question);
      return numberOr(row?.["bytes"]);
    } finally {
      await db.close();
    }
  }
  const { pod, database, user } = store;
  if (pod === undefined || database === undefined || user === undefined) return undefined;
  const { signal } = taking;
  const where = await podDatabase({ pod: await findPod(pod, await taking.cluster()), database, user }, signal);
  const args = ["--no-psqlrc", "--no-align", "--tuples-only", "--quiet", `--command=${question}`];
  return numberOr((await saidBy(where.pod, podCommand("psql", args, where), { signal })).trim());
}

function numberOr(value: unknown): number | undefined {
  const number = Number(value ?? Number.NaN);
  return Number.isFinite(number) && value !== "" ? number : undefined;
}

async function repositoriesBytes({ earlier, bodyOf }: Taking): Promise<number | undefined> {
  const [last] = earlier;
  if (last === undefined) return undefined;
  const body = GitlabBody.safeParse(await bodyOf(last));
  return body.data?.contents.find(({ name }) => name === "repositories")?.bytes;
}
