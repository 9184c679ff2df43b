import * as z from "zod";
import { InputError, messageOf, SystemError } from "../../../kernel/errors.ts";
import type { KubeWriter } from "../../../kernel/kube.ts";
import type { ObjectBucket } from "../../../kernel/object-store.ts";
import type { GitlabStore } from "../../../platform/backup-stores.ts";
import { oneChunk } from "../../parts.ts";
import type { Taken, Taking } from "../../store-kind.ts";
import { open } from "../objects/fetch.ts";
import { openPlace } from "../objects/take.ts";
import { findPod, type Pod } from "../pod.ts";
import { GitlabBody, gitlabParts, type KeptSecrets, secretsPart, tarPart } from "./body.ts";
import { type TakenBundles, takeBundles } from "./bundles.ts";
import { databaseNames } from "./databases.ts";
import { bucketsOf, leftOutOf } from "./left-out.ts";
import { secretsNow } from "./restore-secrets.ts";
import { weigh } from "./room.ts";
import { TarSeen, tapTar } from "./tar-tap.ts";
import { refuseFullDisk, refuseSecondRun, runUtility } from "./toolbox.ts";

/** Lets the toolbox make its tar, and believes what lies in the bucket: the object, its size, and what it says of itself. */
export async function take(config: GitlabStore, taking: Taking): Promise<Taken<GitlabBody>> {
  const cluster = await taking.cluster();
  const [pod, bucket] = [await findPod(config.toolbox, cluster), await openPlace(config.backups, taking)];
  const last = await lastTar(bucket);
  await refuseSecondRun(pod);
  const buckets = bucketsOf(pod);
  const left = leftOutOf(config, taking, buckets);
  const skip = left.map(({ part }) => part);
  await refuseFullDisk(pod, await weigh(config, { left: skip, buckets, taking }), last);
  const kept = await secretsOf(config, cluster);
  const object = `${taking.id}_gitlab_backup.tar`;
  if ((await bucket.head(object)) !== undefined)
    throw new SystemError(`${object} lies in ${bucket.label} already`, "stop");
  const takenAt = taking.clock.now();
  const notFound = await runUtility(pod, { name: taking.id, skip, signal: taking.signal, progress: taking.progress });
  const wanted: Wanted = {
    version: versionOf(pod),
    skip,
    bundles: config.bundles && config.gitaly === undefined,
    databases: skip.includes("db") ? [] : databaseNames(config),
  };
  const seen = await storeTar(bucket, object, wanted, taking);
  if (kept.length > 0) await taking.storePart(secretsPart, oneChunk(JSON.stringify(kept)));
  const bundles = await bundlesOf(config, taking, seen.dumps.get("main")?.projects);
  const information = seen.information;
  if (information?.version === undefined) throw new Error("a tar without a version was let through");
  const body = GitlabBody.parse({
    pod: pod.label,
    bucket: bucket.label,
    object,
    version: information.version,
    schemaHead: information.schemaHead,
    createdAt: information.createdAt,
    skipped: information.skipped,
    left,
    notFound,
    contents: [...seen.contents].map(([name, content]) => ({ name, ...content })),
    databases: [...seen.dumps].map(([name, { tables }]) => ({ name, tables })),
    bundles: seen.bundles,
    repositories: bundles.repositories,
    secrets: kept.map(({ name }) => name),
  });
  return { body, takenAt, versions: { gitlab: body.version }, packs: bundles.packs };
}

async function bundlesOf(
  { bundles, gitaly }: GitlabStore,
  taking: Taking,
  projects: ReadonlyMap<string, string> | undefined,
): Promise<Partial<TakenBundles> & Pick<TakenBundles, "packs">> {
  return bundles && gitaly !== undefined ? takeBundles(gitaly, taking, projects) : { packs: [] };
}

async function lastTar(bucket: ObjectBucket): Promise<number | undefined> {
  let last: { readonly modified: string; readonly size: number } | undefined;
  for await (const page of bucket.list(""))
    for (const one of page)
      if (one.key.endsWith("_gitlab_backup.tar") && (last === undefined || one.modified > last.modified)) last = one;
  return last?.size;
}

async function storeTar(bucket: ObjectBucket, object: string, wanted: Wanted, taking: Taking): Promise<TarSeen> {
  const found = await bucket.head(object);
  if (found === undefined)
    throw new SystemError(
      `backup-utility ended well, and ${object} does not lie in ${bucket.label}: look at its log, its S3 tool and its configuration; nothing is backed up`,
      "stop",
    );
  const read = await open(bucket, found, taking.signal);
  if (!("content" in read) || read.opened.isChanged)
    throw new SystemError(`${object} was deleted or replaced in ${bucket.label}`, "retry");
  const seen = new TarSeen();
  async function* checked(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    // The last piece is held back until all is known to be in order.
    let held: Uint8Array | undefined;
    try {
      for await (const chunk of tapTar(content, seen)) {
        if (held !== undefined) yield held;
        held = chunk;
      }
      refuseOther(seen, wanted);
    } catch (thrown) {
      if (!(thrown instanceof InputError)) throw thrown;
      throw new SystemError(`${object} in ${bucket.label} is no backup: ${messageOf(thrown)}`, "stop", {
        cause: thrown,
      });
    }
    if (held !== undefined) yield held;
  }
  await taking.storePart(tarPart, checked(read.content), taking.signal);
  return seen;
}

interface Wanted {
  readonly version: string | undefined;
  readonly skip: readonly string[];
  /** Whether it has to hold its repositories as bundles. */
  readonly bundles: boolean;
  /** Of which it has to hold dumps. */
  readonly databases: readonly string[];
}

/** Throws `InputError` where the tar is not the backup that was asked for. */
function refuseOther(seen: TarSeen, { version, skip, bundles, databases }: Wanted): void {
  const { information, contents, dumps } = seen;
  if (information?.version === undefined) throw new InputError("it does not say of which version it is");
  if (version !== undefined && !isOf(information.version, version))
    throw new InputError(`it is of GitLab ${information.version}, and the toolbox of ${version}`);
  const isIn = (part: string): boolean => contents.has(part) && !information.skipped.includes(part);
  const left = (["db", "repositories"] as const).find((part) => !skip.includes(part) && !isIn(part));
  if (left !== undefined) throw new InputError(`${gitlabParts[left]} is not in it, and was not to be skipped`);
  const lost = databases.find((name) => !dumps.has(name));
  if (lost !== undefined) throw new InputError(`no dump of its database ${lost} is in it`);
  if (bundles && seen.bundles === 0) throw new InputError("it holds no repository as a Git bundle");
}

/** `17.8.7-ee` is of 17.8.7. */
function isOf(written: string, version: string): boolean {
  return /^\d+\.\d+\.\d+/.exec(written)?.[0] === version;
}

const Containers = z.object({
  spec: z.object({ containers: z.array(z.object({ name: z.string(), image: z.string() })) }),
});

/** As the image's tag says: `…/gitlab-toolbox-ee:v17.8.7`. */
function versionOf({ object, container }: Pod): string | undefined {
  const parsed = Containers.safeParse(object);
  const image = parsed.data?.spec.containers.find(({ name }) => name === container)?.image;
  return /:v?(\d+\.\d+\.\d+)(?:[-@].*)?$/.exec(image ?? "")?.[1];
}

async function secretsOf({ toolbox, secrets }: GitlabStore, cluster: KubeWriter): Promise<KeptSecrets> {
  const kept = await secretsNow(secrets, toolbox.namespace, cluster);
  const gone = secrets.find((name) => !kept.some((one) => one.name === name));
  if (gone !== undefined) throw new InputError(`there is no Secret ${gone} in ${toolbox.namespace}`);
  return kept;
}
