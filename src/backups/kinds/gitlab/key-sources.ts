import * as z from "zod";
import { InputError } from "../../../kernel/errors.ts";
import { linesOf } from "../../lines.ts";
import { readPart } from "../../parts.ts";
import { type CataloguedBackup, catalogueOf, lastTelling } from "../../repository/catalogue.ts";
import { manifestOf } from "../../repository/read-manifest.ts";
import type { OwnProving, SealedBody } from "../../store-kind.ts";
import { objectsFile } from "../kubernetes/body.ts";
import { partOf } from "../part-of.ts";
import { type GitlabBody, KeptSecrets, secretsPart } from "./body.ts";
import { type RailsKeys, railsKeysIn } from "./rails-keys.ts";

/** Where a rails key was found, as a person would look for it. */
export interface KeySource {
  readonly name: string;
  readonly keys: RailsKeys;
}

/** What is found beside an archive in the repository. */
export interface Beside {
  readonly sources: readonly KeySource[];
  /** The store of the same recovery point whose Kubernetes objects have the release's values and Secrets. */
  readonly release: string | undefined;
}

/**
 * The rails keys that a restore could use, the best first: of the Kubernetes objects of the same recovery point, or else of the newest
 * proven backup of them; then those that were kept beside the archive. Never the cluster's own: it may be gone by then.
 */
export async function keySources(sealed: SealedBody<GitlabBody>, proving: OwnProving): Promise<Beside> {
  const backup = await kubernetesBackup(sealed, proving);
  const saved = backup === undefined ? nothingSaved : await savedIn(backup, sealed.body, proving);
  const kept = railsKeysIn(await keptIn(sealed, proving));
  const isOfPoint = backup?.point !== undefined && backup.point === sealed.point;
  return {
    sources: [
      ...saved.rails.flatMap((secret) => {
        const keys = railsKeysIn([secret]);
        return keys === undefined ? [] : [{ name: `${secret.name} in ${backup?.id}`, keys }];
      }),
      ...(kept === undefined ? [] : [{ name: `${sealed.body.secrets.join(", ")}, kept beside it,`, keys: kept }]),
    ],
    release: isOfPoint && saved.hasSecrets && saved.hasValues ? backup.store : undefined,
  };
}

async function kubernetesBackup(
  { point }: SealedBody<GitlabBody>,
  { repository }: OwnProving,
): Promise<CataloguedBackup | undefined> {
  const all = catalogueOf(await repository.snapshots()).backups.filter(({ kind }) => kind === "kubernetes");
  const same = point === undefined ? undefined : all.find((one) => one.point === point);
  return same ?? all.find(({ proofs }) => lastTelling(proofs)?.verdict === "proven");
}

const Secret = z.object({
  kind: z.literal("Secret"),
  metadata: z.object({ name: z.string(), namespace: z.string().optional() }),
  data: z.record(z.string(), z.string()).default({}),
});

/** Argo CD's, as in its API: what it installs lies in the namespace of its destination, and its source names the values. */
const Application = z.object({
  kind: z.literal("Application"),
  spec: z.object({ destination: z.object({ namespace: z.string().optional() }) }),
});

interface Saved {
  readonly rails: KeptSecrets;
  readonly hasSecrets: boolean;
  /** Of the release: in the Application that installs it, or in Helm's own Secret (helm/helm, pkg/storage/storage.go: HelmStorageType). */
  readonly hasValues: boolean;
}

const nothingSaved: Saved = { rails: [], hasSecrets: false, hasValues: false };

/** What is kept of the toolbox's namespace, declared Secrets first; a backup of objects that is damaged has none, and its own proof says so. */
async function savedIn(
  backup: CataloguedBackup,
  { pod, secrets }: GitlabBody,
  { repository, progress, signal }: OwnProving,
): Promise<Saved> {
  const [namespace = ""] = pod.split("/");
  try {
    const { manifest } = await manifestOf(backup, repository);
    const stored = readPart(repository, partOf(manifest, objectsFile), signal);
    const { kept, isInstalled } = await keptOf(namespace, linesOf(stored));
    const rails = kept.filter(({ data }) => data["secrets.yml"] !== undefined);
    return {
      rails: rails.toSorted((a, b) => Number(secrets.includes(b.name)) - Number(secrets.includes(a.name))),
      hasSecrets: kept.length > 0,
      hasValues: isInstalled || kept.some(({ name }) => name.startsWith("sh.helm.release.v1.")),
    };
  } catch (thrown) {
    if (!(thrown instanceof InputError) && !(thrown instanceof SyntaxError)) throw thrown;
    progress(`the Kubernetes objects of ${backup.id} cannot be read: ${thrown.message}`);
    return nothingSaved;
  }
}

/** Secrets of a namespace, and whether an Application installs something there. */
async function keptOf(namespace: string, lines: AsyncIterable<string>) {
  const kept: KeptSecrets = [];
  let isInstalled = false;
  for await (const line of lines) {
    const parsed: unknown = JSON.parse(line);
    const secret = Secret.safeParse(parsed).data;
    if (secret?.metadata.namespace === namespace) kept.push({ name: secret.metadata.name, data: secret.data });
    isInstalled ||= Application.safeParse(parsed).data?.spec.destination.namespace === namespace;
  }
  return { kept, isInstalled };
}

/** The Secrets that were kept beside an archive. */
export async function keptIn(
  sealed: SealedBody<GitlabBody>,
  { readPart }: Pick<OwnProving, "readPart">,
): Promise<KeptSecrets> {
  if (sealed.body.secrets.length === 0) return [];
  const chunks: Uint8Array[] = [];
  for await (const chunk of readPart(partOf(sealed, secretsPart))) chunks.push(chunk);
  return KeptSecrets.parse(JSON.parse(Buffer.concat(chunks).toString("utf8")));
}
