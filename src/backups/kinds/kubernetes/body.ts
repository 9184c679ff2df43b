import * as z from "zod";

const Kept = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  namespace: z.string().optional(),
  name: z.string(),
  /** Of its line. */
  sha256: z.string(),
});

/** What the manifest of Kubernetes objects says; its one part has a line of JSON for each, in the same order. */
export const KubernetesBody = z.object({
  server: z.string(),
  namespaces: z.array(z.string()),
  objects: z.array(Kept),
  /** Types that were asked for and that the cluster does not serve. */
  notServed: z.array(z.string()),
  /** Applications and the values that their repositories had for them. */
  values: z.array(
    z.object({
      application: z.string(),
      repository: z.string(),
      revision: z.string(),
      file: z.string(),
      sha256: z.string().optional(),
      /** Why the file is not here; the Application's own source is. */
      note: z.string().optional(),
    }),
  ),
});
export type KubernetesBody = z.infer<typeof KubernetesBody>;

export const objectsFile = "objects.jsonl";

export const sealingKeyLabel = "sealedsecrets.bitnami.com/sealed-secrets-key";
