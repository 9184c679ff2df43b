import { readFileSync, statSync } from "node:fs";
import * as z from "zod";
import { InputError, messageOf, SystemError } from "../kernel/errors.ts";
import type { KubeReader } from "../kernel/kube.ts";

/** Where a secret is kept, as the platform's `SecretRef` names it. */
type Place =
  | { readonly kind: "env"; readonly name: string }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "kubernetes"; readonly namespace: string; readonly name: string; readonly key: string }
  | { readonly kind: "store"; readonly name: string };

/** What secrets are read from. */
export interface SecretSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The cluster we run in; called only when a secret stands there. */
  readonly cluster: () => Pick<KubeReader, "get">;
  /** What our own database keeps sealed under a name. */
  readonly stored: (name: string) => Promise<string | undefined>;
}

/** A larger file is no secret: somebody named the wrong one. */
const largestBytes = 64 * 1024;

/**
 * The secret itself, without the line break at its end. Read anew at each use, so that a rotated one counts at once. Throws
 * `InputError` when it is not there, `SystemError` when the cluster could not be asked; no message holds any part of it.
 */
export async function resolveSecret(place: Place, sources: SecretSources): Promise<string> {
  const text = await read(place, sources);
  const secret = text.replace(/\r?\n$/, "");
  if (secret === "") throw new InputError(`the secret ${shown(place)} is empty`);
  return secret;
}

function shown(place: Place): string {
  switch (place.kind) {
    case "env":
    case "store":
      return `${place.kind}:${place.name}`;
    case "file":
      return `file:${place.path}`;
    case "kubernetes":
      return `kubernetes:${place.namespace}/${place.name}/${place.key}`;
  }
}

async function read(place: Place, sources: SecretSources): Promise<string> {
  switch (place.kind) {
    case "env":
      return found(ownOf(sources.environment, place.name), place, "set this variable for Millwright's process");
    case "file":
      return fromFile(place);
    case "kubernetes":
      return fromCluster(place, sources.cluster());
    case "store":
      return found(await sources.stored(place.name), place, "nothing is kept under this name; set it first");
  }
}

function ownOf(texts: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  return Object.hasOwn(texts, name) ? texts[name] : undefined;
}

function found(text: string | undefined, place: Place, toDo: string): string {
  if (text === undefined) throw new InputError(`the secret ${shown(place)} is not there: ${toDo}`);
  return text;
}

function fromFile(place: Place & { readonly kind: "file" }): string {
  try {
    const { size, mode } = statSync(place.path);
    // Kubernetes mounts secrets readable by the pod's group; readable by all is a mistake.
    if ((mode & 0o004) !== 0) throw new Error(`everybody on this machine may read it; chmod o-r ${place.path}`);
    if (size > largestBytes) throw new Error(`it has ${size} bytes, more than a secret may have`);
    return readFileSync(place.path, "utf8");
  } catch (thrown) {
    throw new InputError(`the secret ${shown(place)} cannot be read: ${messageOf(thrown)}`, { cause: thrown });
  }
}

/** Values of a Secret are base64 (kubernetes.io/docs/concepts/configuration/secret, "Restrictions on Secret names and data"). */
const SecretData = z.object({ data: z.record(z.string(), z.base64()).optional() });

async function fromCluster(
  place: Place & { readonly kind: "kubernetes" },
  cluster: Pick<KubeReader, "get">,
): Promise<string> {
  const { namespace, name, key } = place;
  const fact = await cluster.get({ apiVersion: "v1", plural: "secrets", namespace, name });
  switch (fact.kind) {
    case "absent":
      throw new InputError(`the secret ${shown(place)} is not there: no Secret ${name} in namespace ${namespace}`);
    case "unknown":
      throw new SystemError(`the secret ${shown(place)} cannot be read: ${fact.why}. ${fact.howToLearn}`, "stop");
    case "known": {
      const data = SecretData.safeParse(fact.value).data?.data ?? {};
      const names = Object.keys(data).sort().join(", ") || "nothing";
      return Buffer.from(found(ownOf(data, key), place, `the Secret holds ${names}`), "base64").toString("utf8");
    }
  }
}
