import * as z from "zod";
import { InputError, SystemError } from "../../../kernel/errors.ts";
import type { KubeName, KubeObject, KubeWriter } from "../../../kernel/kube.ts";
import type { PodSelector } from "../../../platform/backup-stores.ts";
import type { Restoring } from "../../restore/contract.ts";
import { findPod, isReady, type Pod } from "../pod.ts";
import type { KeptSecrets } from "./body.ts";

/*
 * The Secrets that were kept beside an archive. The rails key comes back first: the database of that day is opened by nothing else.
 */

const fieldManager = "millwright-restore";

const Data = z.object({ data: z.record(z.string(), z.string()).default({}) });

export interface ComparedSecret {
  readonly name: string;
  readonly kept: Readonly<Record<string, string>>;
  readonly now: KubeObject | undefined;
}

/** Those that are other than they were or gone. */
export async function changedSecrets(
  kept: KeptSecrets,
  namespace: string,
  cluster: KubeWriter,
): Promise<readonly ComparedSecret[]> {
  const changed: ComparedSecret[] = [];
  for (const { name, data } of kept) {
    const now = await readSecret(name, namespace, cluster);
    const is = now === undefined ? {} : Data.parse(now).data;
    // What others put beside it since is theirs.
    if (Object.entries(data).some(([key, value]) => is[key] !== value)) changed.push({ name, kept: data, now });
  }
  return changed;
}

/** As they are in the cluster; those that are gone are left out. */
export async function secretsNow(
  names: readonly string[],
  namespace: string,
  cluster: KubeWriter,
): Promise<KeptSecrets> {
  const found: KeptSecrets = [];
  for (const name of names) {
    const now = await readSecret(name, namespace, cluster);
    if (now !== undefined) found.push({ name, data: Data.parse(now).data });
  }
  return found;
}

async function readSecret(name: string, namespace: string, cluster: KubeWriter): Promise<KubeObject | undefined> {
  const found = await cluster.get(secretAt(name, namespace));
  if (found.kind === "unknown") throw new SystemError(`${found.why} ${found.howToLearn}`, "stop");
  return found.kind === "known" ? found.value : undefined;
}

function secretAt(name: string, namespace: string): KubeName {
  return { apiVersion: "v1", plural: "secrets", namespace, name };
}

/** Why a Secret cannot be given back by us: something makes it, and would make it again. */
export function ownerOf({ name, now }: ComparedSecret): string | undefined {
  const owner = now?.metadata.ownerReferences?.find(({ controller }) => controller === true);
  return owner === undefined
    ? undefined
    : `Secret ${name} is not what it was, and is made by ${owner.kind} ${owner.name}: bring that back first`;
}

export async function giveSecretsBack(
  changed: readonly ComparedSecret[],
  namespace: string,
  cluster: KubeWriter,
): Promise<void> {
  for (const { name, kept: data, now } of changed) {
    const version = now?.metadata.resourceVersion;
    const metadata = { name, namespace, ...(version === undefined ? {} : { resourceVersion: version }) };
    const written = await cluster.apply(
      { apiVersion: "v1", plural: "secrets" },
      { apiVersion: "v1", kind: "Secret", metadata, data },
      { fieldManager, force: true },
    );
    if (written.kind !== "written")
      throw new SystemError(
        `Secret ${name} could not be given back: ${written.why}`,
        written.kind === "conflict" ? "retry" : "stop",
      );
  }
}

/** As `kubectl rollout restart` does. */
const restartedAt = "kubectl.kubernetes.io/restartedAt";
const mostLooks = 600;
const lookMillis = 1000;

/** A pod has its Secrets as they were when it began: the toolbox is started anew, and waited for. */
export async function restartToolbox(
  selector: PodSelector,
  before: Pod,
  cluster: KubeWriter,
  { clock, progress, signal }: Pick<Restoring, "clock" | "progress" | "signal">,
): Promise<Pod> {
  const { namespace, labels } = selector;
  const name = await deploymentOf(selector, cluster);
  progress(`starting ${name.name} anew with its restored secrets`);
  const template = { metadata: { annotations: { [restartedAt]: clock.now() } } };
  const written = await cluster.mergePatch(name, { spec: { template } }, { fieldManager });
  if (written.kind !== "written") throw new SystemError(`the toolbox was not started anew: ${written.why}`, "stop");
  for (let look = 0; look < mostLooks; look += 1) {
    const pod = await findPod(selector, cluster).catch(retried);
    if (pod !== undefined && pod.object.metadata.uid !== before.object.metadata.uid && isReady(pod.object)) return pod;
    if (signal.aborted) throw new SystemError("it was broken off while the toolbox started", "stop");
    await new Promise((done) => setTimeout(done, lookMillis));
  }
  throw new SystemError(`no new pod of ${labels} in ${namespace} became ready: look at it, then try again`, "retry");
}

function retried(thrown: unknown): undefined {
  if (thrown instanceof SystemError && thrown.remedy === "retry") return undefined;
  throw thrown;
}

async function deploymentOf({ namespace, labels }: PodSelector, cluster: KubeWriter): Promise<KubeName> {
  const type = { apiVersion: "apps/v1", plural: "deployments" };
  const listed = await cluster.list(type, { namespace, labels });
  if (listed.kind === "unknown") throw new SystemError(`${listed.why} ${listed.howToLearn}`, "stop");
  const [deployment, ...more] = listed.kind === "known" ? listed.value.items : [];
  if (deployment === undefined || more.length > 0)
    throw new InputError(
      `the rails secret is what it was; now start the toolbox (${labels} in ${namespace}) anew, so that it sees that, and restore again: there is not one Deployment of these labels that could be started anew`,
    );
  return { ...type, namespace, name: deployment.metadata.name };
}
