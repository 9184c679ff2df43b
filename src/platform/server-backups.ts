import * as z from "zod";
import { Name } from "./name.ts";
import { SecretRefField } from "./secret-ref.ts";

/** What is backed up and where to, as `millwright.server.yaml` says: credentials are out of a merge request's reach. */

const PostgresqlStore = z.strictObject({
  component: Name.describe("Whose it is: mlflow"),
  store: Name.default("database"),
  kind: z.literal("postgresql"),
  url: SecretRefField.describe("postgresql://USER:PASSWORD@HOST:5432/DATABASE?sslmode=verify-full; USER may read all"),
});

const Kept = z.strictObject({
  environment: Name,
  repository: z
    .string()
    .min(1)
    .refine((text) => !/:\/\/[^/@]*:[^/@]*@/.test(text), "holds a password; name where it is under variables")
    .refine((text) => text.startsWith("/") || /^[a-z0-9]+:/.test(text), "an absolute folder, or an address of restic's")
    .describe("restic's repository, of this environment alone: /srv/backups/production, s3:https://HOST/BUCKET"),
  key: SecretRefField.describe("The repository's password; lost, all backups are"),
  variables: z
    .record(z.string().regex(/^[A-Z][A-Z0-9_]*$/, "a variable that restic's backend reads"), SecretRefField)
    .default({})
    .describe("What the backend needs: AWS_ACCESS_KEY_ID and the like"),
  stores: z.array(PostgresqlStore).default([]),
});

const Environments = z.array(Kept).superRefine((all, context) => {
  const twice = (list: readonly string[], field: string, at: readonly (string | number)[]): void => {
    for (const [index, one] of list.entries()) {
      if (list.indexOf(one) !== index)
        context.addIssue({
          code: "custom",
          path: [...at, index, field],
          message: "is there already; each needs its own",
        });
    }
  };
  twice(
    all.map(({ environment }) => environment),
    "environment",
    [],
  );
  twice(
    all.map(({ repository }) => repository.replace(/\/+$/, "")),
    "repository",
    [],
  );
  for (const [index, { stores }] of all.entries())
    twice(
      stores.map(({ component, store }) => `${component}/${store}`),
      "store",
      [index, "stores"],
    );
});

export const Backups = z.strictObject({
  installation: Name.describe("Which Millwright's backups these are; a backup of another is refused").default(
    "millwright",
  ),
  signingKey: SecretRefField.optional().describe("Signs receipts: openssl genpkey -algorithm ed25519"),
  environments: Environments.default([]),
});
export type Backups = z.infer<typeof Backups>;
