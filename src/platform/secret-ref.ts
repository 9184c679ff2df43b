import * as z from "zod";

/** Where a secret is kept; never the secret itself, so it may be shown. Resolved where it is used, by `src/edge/secrets.ts`. */
export type SecretRef =
  | { readonly kind: "env"; readonly name: string }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "kubernetes"; readonly namespace: string; readonly name: string; readonly key: string }
  /** Sealed in our own database (`src/store/sealed.ts`). */
  | { readonly kind: "store"; readonly name: string };

const forms = "env:NAME, file:/path, kubernetes:namespace/name/key or store:name";

/** Stands in every complaint about a value that may be a secret written in clear: such a value is not repeated. */
export const neverShown = "never the secret itself";

const parsers: Readonly<Record<string, (rest: string) => SecretRef | undefined>> = {
  env: (name) => (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? { kind: "env", name } : undefined),
  file: (path) => (path.startsWith("/") && !path.includes("\0") ? { kind: "file", path } : undefined),
  kubernetes: parseKubernetesRef,
  store: (name) => (/^[a-z0-9][a-z0-9._-]*$/.test(name) ? { kind: "store", name } : undefined),
};

/** Reads `env:NAME`, `file:/path`, `kubernetes:namespace/name/key` or `store:name`; undefined when it is none of them. */
export function parseSecretRef(text: string): SecretRef | undefined {
  const [, kind = "", rest = ""] = /^([a-z]+):(.+)$/.exec(text) ?? [];
  return Object.hasOwn(parsers, kind) ? parsers[kind]?.(rest) : undefined;
}

/** Names as Kubernetes allows them: kubernetes.io/docs/concepts/overview/working-with-objects/names, …/configuration/secret. */
function parseKubernetesRef(text: string): SecretRef | undefined {
  const [, namespace, name, key] = /^([a-z0-9-]{1,63})\/([a-z0-9.-]{1,253})\/([A-Za-z0-9._-]{1,253})$/.exec(text) ?? [];
  if (namespace === undefined || name === undefined || key === undefined) return undefined;
  return { kind: "kubernetes", namespace, name, key };
}

/** A reference as it is written. */
export function formatSecretRef(ref: SecretRef): string {
  switch (ref.kind) {
    case "env":
    case "store":
      return `${ref.kind}:${ref.name}`;
    case "file":
      return `file:${ref.path}`;
    case "kubernetes":
      return `kubernetes:${ref.namespace}/${ref.name}/${ref.key}`;
  }
}

const complaint = `name where the secret is, ${neverShown}: ${forms}`;

/** A field of a configuration that names where a secret is. */
export const SecretRefField = z.string(complaint).transform((text, context): SecretRef => {
  const ref = parseSecretRef(text);
  if (ref !== undefined) return ref;
  context.addIssue({ code: "custom", message: complaint });
  return z.NEVER;
});
