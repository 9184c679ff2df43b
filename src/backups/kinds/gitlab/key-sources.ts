import * as z from "zod";
import { InputError } from "../../../kernel/errors.ts";
import { readPart } from "../../parts.ts";
import { type CataloguedBackup, catalogueOf } from "../../repository/catalogue.ts";
import { manifestOf } from "../../repository/read-manifest.ts";
import type { OwnProving, SealedBody } from "../../store-kind.ts";
import { objectsFile } from "../kubernetes/body.ts";
import { linesOf } from "../objects/lines.ts";
import { partOf } from "../part-of.ts";
import { type GitlabBody, KeptSecrets, secretsPart } from "./body.ts";
import { type RailsKeys, railsKeysIn } from "./rails-keys.ts";

/** Where a rails key was found, as a person would look for it. */
export interface KeySource {
  readonly name: string;
  readonly keys: RailsKeys;
}

/**
 * The rails keys that a restore could use, the best first: of the Kubernetes objects of the same recovery point, or else of the newest
 * proven backup of them; then those that were kept beside the archive. Never the cluster's own: it may be gone by then.
 */
export async function keySources(sealed: SealedBody<GitlabBody>, proving: OwnProving): Promise<readonly KeySource[]> {
  const backup = await kubernetesBackup(sealed, proving);
  const saved = backup === undefined ? [] : await railsSecretsOf(backup, sealed.body, proving);
  const kept = sealed.body.secrets.length === 0 ? undefined : railsKeysIn(await keptIn(sealed, proving));
  return [
    ...saved.flatMap((secret) => {
      const keys = railsKeysIn([secret]);
      return keys === undefined ? [] : [{ name: `${secret.name} in ${backup?.id}`, keys }];
    }),
    ...(kept === undefined ? [] : [{ name: `${sealed.body.secrets.join(", ")}, kept beside it,`, keys: kept }]),
  ];
}

async function kubernetesBackup(
  { point }: SealedBody<GitlabBody>,
  { repository }: OwnProving,
): Promise<CataloguedBackup | undefined> {
  const all = catalogueOf(await repository.snapshots()).backups.filter(({ kind }) => kind === "kubernetes");
  const same = point === undefined ? undefined : all.find((one) => one.point === point);
  return same ?? all.find(({ proofs }) => proofs.find(({ verdict }) => verdict !== "unknown")?.verdict === "proven");
}

const Secret = z.object({
  kind: z.literal("Secret"),
  metadata: z.object({ name: z.string(), namespace: z.string().optional() }),
  data: z.record(z.string(), z.string()).default({}),
});

/** Those of the toolbox's namespace, the declared ones first; a backup of objects that is damaged has none, and its own proof says so. */
async function railsSecretsOf(
  backup: CataloguedBackup,
  { pod, secrets }: GitlabBody,
  { repository, progress }: OwnProving,
): Promise<KeptSecrets> {
  const [namespace] = pod.split("/");
  try {
    const { manifest } = await manifestOf(backup, repository);
    const kept: KeptSecrets = [];
    for await (const line of linesOf(readPart(repository, partOf(manifest, objectsFile)))) {
      if (!line.includes("secrets.yml")) continue;
      const parsed = Secret.safeParse(JSON.parse(line));
      if (parsed.success && parsed.data.metadata.namespace === namespace)
        kept.push({ name: parsed.data.metadata.name, data: parsed.data.data });
    }
    return kept.toSorted((a, b) => Number(secrets.includes(b.name)) - Number(secrets.includes(a.name)));
  } catch (thrown) {
    if (!(thrown instanceof InputError) && !(thrown instanceof SyntaxError)) throw thrown;
    progress(`the Kubernetes objects of ${backup.id} cannot be read: ${thrown.message}`);
    return [];
  }
}

async function keptIn(sealed: SealedBody<GitlabBody>, { readPart }: OwnProving): Promise<KeptSecrets> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readPart(partOf(sealed, secretsPart))) chunks.push(chunk);
  return KeptSecrets.parse(JSON.parse(Buffer.concat(chunks).toString("utf8")));
}
