import { constants, createDecipheriv, createPrivateKey, privateDecrypt, X509Certificate } from "node:crypto";
import * as z from "zod";
import { messageOf } from "../../../kernel/errors.ts";
import type { KubeObject } from "../../../kernel/kube.ts";
import { sealingKeyLabel } from "./body.ts";

/** A Secret's values, read. */
export function secretData(object: KubeObject): Readonly<Record<string, string>> {
  const data = z.record(z.string(), z.string()).nullish().parse(object["data"]) ?? {};
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")]),
  );
}

/** Undefined when the certificate and the private key of a Secret belong together. */
export function keyMisfit(data: Readonly<Record<string, string>>): string | undefined {
  const { "tls.crt": certificate, "tls.key": key } = data;
  if (certificate === undefined || key === undefined) return "has no tls.crt or no tls.key";
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))
      ? undefined
      : "has a private key that does not fit its certificate";
  } catch (thrown) {
    return `has a key or a certificate that cannot be read (${messageOf(thrown)})`;
  }
}

/** Active ones and those that were renewed: old SealedSecrets open by those alone. */
export function isSealingKey({ kind, metadata }: KubeObject): boolean {
  return kind === "Secret" && metadata.labels?.[sealingKeyLabel] !== undefined;
}

const Sealed = z.object({
  spec: z.object({
    encryptedData: z.record(z.string(), z.string()).default({}),
    template: z
      .object({ metadata: z.object({ annotations: z.record(z.string(), z.string()).optional() }).optional() })
      .optional(),
  }),
});

const scopes = {
  cluster: "sealedsecrets.bitnami.com/cluster-wide",
  namespace: "sealedsecrets.bitnami.com/namespace-wide",
} as const;

/**
 * Values of a SealedSecret that none of the keys opens. A value is a session key by RSA-OAEP (SHA-256) with the scope as label, its
 * length before it in two bytes, then the text by AES-256-GCM with a nonce of zeros (bitnami-labs/sealed-secrets
 * pkg/crypto/crypto.go; the scopes: pkg/apis/sealedsecrets/v1alpha1/sealedsecret_expansion.go).
 */
export function unopened(object: KubeObject, keys: readonly string[]): readonly string[] {
  const { spec } = Sealed.parse(object);
  const { name, namespace = "" } = object.metadata;
  const annotations = annotationsOf(object);
  const labels = [
    ...(annotations[scopes.cluster] === "true" ? [""] : []),
    ...(annotations[scopes.namespace] === "true" ? [namespace] : []),
    `${namespace}/${name}`,
  ];
  return Object.entries(spec.encryptedData)
    .filter(([, value]) => !keys.some((key) => labels.some((label) => opens(value, label, key))))
    .map(([item]) => item);
}

function annotationsOf(object: KubeObject): Readonly<Record<string, string>> {
  return { ...object.metadata.annotations, ...Sealed.parse(object).spec.template?.metadata?.annotations };
}

/** Whether it opens in its own namespace alone (github.com/bitnami-labs/sealed-secrets, README, "Scopes"). */
export function isSealedForOnePlace(object: KubeObject): boolean {
  return annotationsOf(object)[scopes.cluster] !== "true";
}

const Synced = z.object({
  status: z.object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]) }).optional(),
});

/** Whether the cluster's own controller opened it. */
export function wasOpened(object: KubeObject): boolean {
  const { status } = Synced.parse(object);
  return status?.conditions.some(({ type, status: is }) => type === "Synced" && is === "True") === true;
}

function opens(value: string, label: string, key: string): boolean {
  const bytes = Buffer.from(value, "base64");
  if (bytes.length < 2) return false;
  const end = 2 + bytes.readUInt16BE(0);
  if (bytes.length < end + 16) return false;
  try {
    const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256", oaepLabel: Buffer.from(label) };
    const session = privateDecrypt({ key, ...padding }, bytes.subarray(2, end));
    const cipher = createDecipheriv("aes-256-gcm", session, Buffer.alloc(12));
    cipher.setAuthTag(bytes.subarray(-16));
    cipher.update(bytes.subarray(end, -16));
    cipher.final();
    return true;
  } catch {
    return false; // another key, another scope, or damaged
  }
}
