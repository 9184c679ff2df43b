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
import { maintenance } from "../postgresql/restore-plan.ts";
import { serverOf } from "../postgresql/restore-server.ts";
import { type GitlabBody, partNamed, tarPart } from "./body.ts";
import { clientPods, clientsUp } from "./clients.ts";
import { databaseNames, databaseStore } from "./databases.ts";
import { isThere } from "./is-there.ts";
import { keptIn } from "./key-sources.ts";
import { checkRestored, type RestoredDatabase } from "./restore-check.ts";
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
  readonly databases: readonly RestoredDatabase[];
}

async function lookAt(sealed: Sealed, config: GitlabStore, restoring: Restoring): Promise<Looked> {
  const { body, takenAt } = sealed;
  const cluster = await restoring.cluster();
  const pod = await findPod(config.toolbox, cluster);
  const changed = await changedSecrets(await keptIn(sealed, restoring), config.toolbox.namespace, cluster);
  const databases = body.databases.map((one) => ({
    ...one,
    store: databaseStore(one.name, config, restoring.declared ?? []),
  }));
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
    ...databases.flatMap(({ name, store }) => (store === undefined ? [undeclared(name, config)] : [])),
    ...(await unopened(databases, restoring)),
    ...notDumped(body, config),
  ];
  const names = changed.map(({ name }) => name);
  const plan: StorePlan = {
    does: [
      ...(names.length === 0
        ? []
        : [`give Secret ${names.join(", ")} back, first, and start the toolbox anew with it`]),
      `put the archive (${megabytes(bytes)}) into the backups' bucket, and have backup-utility restore it in ${pod.label}`,
      `hold the rows of ${counted(
        databases.reduce((sum, { tables }) => sum + tables.length, 0),
        "table",
      )} against the backup, look for its repositories, and open encrypted columns with the rails key`,
    ],
    loses: [
      `what was written to GitLab since ${takenAt}: ${Object.keys(partsIn(body)).map(partNamed).join(", ")} are replaced, and then in the backup made before alone`,
    ],
    refuses,
    notes: [
      ...body.left.map(({ part }) => `${partNamed(part)} are not in it, and stay as they are`),
      "backup-utility moves the objects that are there now into its own bucket for that (gitlab-tmp), and does not clear it",
    ],
    isThere: await isThere(config, databases.find(({ name }) => name === "main")?.store, cluster, restoring),
  };
  return { plan, pod, cluster, changed, databases };
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

function undeclared(name: string, { component }: GitlabStore): string {
  return name === "main"
    ? `nothing tells afterwards whether its database came back: declare it as a store of ${component} (kind postgresql)`
    : `nothing tells afterwards whether its database ${name} came back: declare it as a store (kind postgresql), and name that under databases as ${name}`;
}

/** What came back is looked for in them: one that cannot be opened is learnt before anything is replaced. */
async function unopened(databases: readonly RestoredDatabase[], restoring: Restoring): Promise<readonly string[]> {
  const why: string[] = [];
  for (const { store } of databases)
    try {
      if (store !== undefined) await openOnce(store, restoring);
    } catch (thrown) {
      if (restoring.signal.aborted || !(thrown instanceof InputError || thrown instanceof SystemError)) throw thrown;
      why.push(`what comes back could not be looked for in ${store?.component}/${store?.store}: ${thrown.message}`);
    }
  return why;
}

/** The database, or where the same restore brings that back first, its server. */
async function openOnce(store: PostgresqlStore, restoring: Restoring): Promise<void> {
  const server = await serverOf(store, restoring);
  const isToCome = restoring.comesBefore?.includes(`${store.component}/${store.store}`) === true;
  await (await server.connect(isToCome ? maintenance : server.database)).close();
}

/** GitLab passes over a database of which the archive has no dump: the others would be of another day. */
function notDumped({ databases }: GitlabBody, config: GitlabStore): readonly string[] {
  if (databases.length === 0) return [];
  return databaseNames(config).flatMap((name) =>
    databases.some((one) => one.name === name)
      ? []
      : [`its database ${name} is not in the backup, and would stay as it is beside the others`],
  );
}

/** `{ db: …, repositories: …, lfs: … }` of what the archive holds. */
function partsIn({ contents }: GitlabBody): Readonly<Record<string, number>> {
  const parts = contents.filter(({ name }) => name !== "backup_information.yml");
  return Object.fromEntries(parts.map(({ name, files }) => [name.replace(/\.tar\.gz$/, ""), files]));
}

async function inPlace(sealed: Sealed, config: GitlabStore, restoring: Restoring): Promise<StoreRestored> {
  const looked = await lookAt(sealed, config, restoring);
  const { plan, cluster, changed, databases } = looked;
  if (plan.refuses.length > 0) throw new InputError(plan.refuses.join("; "));
  const left = await clientPods(looked.pod, cluster);
  if (left.length > 0) throw new InputError(`pods of GitLab write yet: ${left.join(", ")}`);
  await giveSecretsBack(changed, config.toolbox.namespace, cluster);
  const isNew = changed.length > 0;
  const pod = isNew ? await restartToolbox(config.toolbox, looked.pod, cluster, restoring) : looked.pod;
  await byUtility(sealed, pod, await openPlace(config.backups, restoring), restoring);
  const found = await checkRestored(sealed, { config, pod, cluster, databases }, restoring);
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
  await bucket.put(object, restoring.readPart(partOf(sealed, tarPart)), { signal });
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

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
