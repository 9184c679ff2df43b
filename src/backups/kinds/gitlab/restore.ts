import { counted } from "../../../kernel/count.ts";
import { InputError, messageOf, SystemError } from "../../../kernel/errors.ts";
import type { KubeWriter } from "../../../kernel/kube.ts";
import type { ObjectBucket } from "../../../kernel/object-store.ts";
import type { GitlabStore, PostgresqlStore } from "../../../platform/backup-stores.ts";
import type { KindRestore, Restoring, StorePlan, StoreRestored } from "../../restore/contract.ts";
import type { SealedBody } from "../../store-kind.ts";
import { openPlace } from "../objects/take.ts";
import { partOf } from "../part-of.ts";
import { findPod, type Pod } from "../pod.ts";
import { serverOf } from "../postgresql/restore-server.ts";
import { type GitlabBody, KeptSecrets, partNamed, secretsPart, tarPart } from "./body.ts";
import { clientPods, clientsUp } from "./clients.ts";
import { checkRestored } from "./restore-check.ts";
import { planRepository, restoreRepository, undoRepository } from "./restore-repository.ts";
import { type ComparedSecret, changedSecrets, giveSecretsBack, ownerOf, restartToolbox } from "./restore-secrets.ts";
import { refuseFullDisk, refuseSecondRun, restoreByUtility, runningVersion } from "./toolbox.ts";

type Sealed = SealedBody<GitlabBody>;

/**
 * GitLab comes back by backup-utility in its toolbox, secrets first, and is believed only for what is there afterwards. Its database is
 * emptied on the way: what failed is taken back from the backup that was made before, or done again.
 */
export const restore: KindRestore<GitlabStore, GitlabBody> = {
  targets: ["in-place", "folder"],
  async plan(sealed, config, target, restoring) {
    if (restoring.gitRepository !== undefined) return planRepository(sealed, config, target, restoring);
    return (await lookAt(sealed, config, restoring)).plan;
  },
  async run(sealed, config, target, restoring) {
    if (restoring.gitRepository !== undefined) return restoreRepository(sealed, config, target, restoring);
    return inPlace(sealed, config, restoring);
  },
  async undo(config, safety, restoring) {
    if (safety === undefined) return undoRepository(config, restoring);
    const { did, differences, notes } = await inPlace(safety, config, restoring);
    if (differences.length > 0) throw new InputError(`it is not what it was before: ${differences.join("; ")}`);
    return [...did, ...notes];
  },
};

interface Looked {
  readonly plan: StorePlan;
  readonly pod: Pod;
  readonly cluster: KubeWriter;
  readonly changed: readonly ComparedSecret[];
  readonly database: PostgresqlStore | undefined;
}

async function lookAt(sealed: Sealed, config: GitlabStore, restoring: Restoring): Promise<Looked> {
  const { body, takenAt } = sealed;
  const cluster = await restoring.cluster();
  const pod = await findPod(config.toolbox, cluster);
  const changed = await changedSecrets(await keptIn(sealed, restoring), config.toolbox.namespace, cluster);
  const database = databaseOf(config, restoring);
  const bytes = partOf(sealed, tarPart).bytes;
  const up = (await clientsUp(pod, cluster)).filter((name) => !(restoring.down ?? []).includes(name));
  const refuses = [
    ...(await versionRefusals(pod, body, restoring)),
    ...up.map((name) => `${name} is up and writes: ${downWords(name)}`),
    ...(await refused(() => refuseSecondRun(pod))),
    ...(await refused(() =>
      refuseFullDisk(pod, { bytes, told: [["archive", bytes]], notTold: [] }, undefined, "a restore"),
    )),
    ...changed.flatMap((one) => ownerOf(one) ?? []),
    ...(body.tables === undefined || database !== undefined
      ? []
      : [
          `nothing tells afterwards whether its database came back: declare it as a store of ${config.component} (kind postgresql)`,
        ]),
    ...(body.tables === undefined || database === undefined ? [] : await unopened(database, restoring)),
  ];
  const names = changed.map(({ name }) => name);
  const plan: StorePlan = {
    does: [
      ...(names.length === 0
        ? []
        : [`give Secret ${names.join(", ")} back, first, and start the toolbox anew with it`]),
      `put the archive (${megabytes(bytes)}) into the backups' bucket, and have backup-utility restore it in ${pod.label}`,
      `hold the rows of ${counted(body.tables?.length ?? 0, "table")} against the backup, look for its repositories, and open encrypted columns with the rails key`,
    ],
    loses: [
      `what was written to GitLab since ${takenAt}: ${Object.keys(partsIn(body)).map(partNamed).join(", ")} are replaced, and then in the backup made before alone`,
    ],
    refuses,
    notes: [
      ...body.left.map(({ part }) => `${partNamed(part)} are not in it, and stay as they are`),
      "backup-utility moves the objects that are there now into its own bucket for that (gitlab-tmp), and does not clear it",
    ],
    isThere: true,
  };
  return { plan, pod, cluster, changed, database };
}

async function versionRefusals(pod: Pod, { version }: GitlabBody, { signal }: Restoring): Promise<readonly string[]> {
  return refused(async () => {
    const runs = await runningVersion(pod, signal);
    if (runs !== version)
      throw new SystemError(
        `the backup is of GitLab ${version}, and ${pod.label} runs ${runs}: version and edition have to be the same to the last digit`,
        "stop",
      );
  });
}

function downWords(name: string): string {
  const [kind, place = ""] = name.split(" ");
  const [namespace, ...rest] = place.split("/");
  return `name it under fence.scaleDown: { namespace: ${namespace}, name: ${rest.join("/")}${kind === "deployment" ? "" : `, kind: ${kind}`} }`;
}

async function refused(work: () => Promise<void>): Promise<readonly string[]> {
  try {
    await work();
    return [];
  } catch (thrown) {
    if (!(thrown instanceof SystemError)) throw thrown;
    return [messageOf(thrown)];
  }
}

/** What came back is looked for in it: one that cannot be opened is learnt before anything is replaced. */
async function unopened(database: PostgresqlStore, restoring: Restoring): Promise<readonly string[]> {
  try {
    const server = await serverOf(database, restoring);
    await (await server.connect(server.database)).close();
    return [];
  } catch (thrown) {
    if (restoring.signal.aborted || !(thrown instanceof InputError || thrown instanceof SystemError)) throw thrown;
    return [`what comes back could not be looked for in ${database.component}/${database.store}: ${thrown.message}`];
  }
}

function databaseOf({ component }: GitlabStore, { declared = [] }: Restoring): PostgresqlStore | undefined {
  return declared.find((one): one is PostgresqlStore => one.kind === "postgresql" && one.component === component);
}

/** `{ db: …, repositories: …, lfs: … }` of what the archive holds. */
function partsIn({ contents }: GitlabBody): Readonly<Record<string, number>> {
  const parts = contents.filter(({ name }) => name !== "backup_information.yml");
  return Object.fromEntries(parts.map(({ name, files }) => [name.replace(/\.tar\.gz$/, ""), files]));
}

async function inPlace(sealed: Sealed, config: GitlabStore, restoring: Restoring): Promise<StoreRestored> {
  const looked = await lookAt(sealed, config, restoring);
  const { plan, cluster, changed, database } = looked;
  if (plan.refuses.length > 0) throw new InputError(plan.refuses.join("; "));
  const left = await clientPods(looked.pod, cluster);
  if (left.length > 0) throw new InputError(`pods of GitLab write yet: ${left.join(", ")}`);
  await giveSecretsBack(changed, config.toolbox.namespace, cluster);
  const isNew = changed.length > 0;
  const pod = isNew ? await restartToolbox(config.toolbox, looked.pod, cluster, restoring) : looked.pod;
  await byUtility(sealed, pod, await openPlace(config.backups, restoring), restoring);
  const found = await checkRestored(sealed, { config, pod, cluster, database }, restoring);
  return {
    did: [
      `${sealed.id} is GitLab again, by backup-utility in ${pod.label}`,
      ...(isNew ? [`given back before: Secret ${changed.map(({ name }) => name).join(", ")}`] : []),
      ...found.did,
    ],
    differences:
      found.differences.length === 0
        ? []
        : [...found.differences, `what was there before is in the backup made before: ${takeBack(restoring)}`],
    notes: found.notes,
  };
}

/** The archive as the repository has it, under a name of its own: what lies in the bucket may be another by now. */
async function byUtility(sealed: Sealed, pod: Pod, bucket: ObjectBucket, restoring: Restoring): Promise<void> {
  const { signal, progress, id } = restoring;
  const object = `${id}_gitlab_backup.tar`;
  progress(`putting the archive into ${bucket.label}`);
  await bucket.put(object, restoring.readPart(partOf(sealed, tarPart)), signal);
  try {
    await restoreByUtility(pod, { name: id, signal, progress });
  } catch (thrown) {
    if (!(thrown instanceof SystemError)) throw thrown;
    throw new SystemError(
      `${thrown.message}. GitLab may be half replaced: do it again, or ${takeBack(restoring)}`,
      thrown.remedy,
      { cause: thrown },
    );
  } finally {
    await bucket.delete(object).catch(() => progress(`${object} stays in ${bucket.label}: remove it`));
  }
}

function takeBack({ takeBackBy = "--undo" }: Restoring): string {
  return `take it back by ${takeBackBy}`;
}

async function keptIn(sealed: Sealed, { readPart }: Restoring): Promise<KeptSecrets> {
  if (sealed.body.secrets.length === 0) return [];
  const chunks: Uint8Array[] = [];
  for await (const chunk of readPart(partOf(sealed, secretsPart))) chunks.push(chunk);
  return KeptSecrets.parse(JSON.parse(Buffer.concat(chunks).toString("utf8")));
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
