import * as z from "zod";
import { scheduled } from "./backup-schedule.ts";
import { BackupStore } from "./backup-stores.ts";
import { Name } from "./name.ts";
import { SecretRefField } from "./secret-ref.ts";
import { BackupJob } from "./server-backup-job.ts";
import { ForeignBackup } from "./server-foreign.ts";

/** What is backed up and where to, as `millwright.server.yaml` says: credentials are out of a merge request's reach. */

/** restic's repository and what opens it. */
const BackupRepository = z.strictObject({
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
});
export type BackupRepository = z.infer<typeof BackupRepository>;

const Disposable = z.strictObject({
  component: Name,
  store: Name,
  why: z.string().min(10, "say why it may be lost").describe("A cache that fills itself again"),
});

/** What stops writing while a recovery point is taken, so that its stores are of one moment. */
const Fence = z.strictObject({
  scaleDown: z
    .array(
      z.strictObject({
        namespace: Name,
        name: Name,
        kind: z.enum(["deployment", "statefulset"]).default("deployment"),
        component: Name.optional().describe(
          "Whose probes are not judged meanwhile; when left out the one that the workload is named after",
        ),
      }),
    )
    .default([])
    .describe("Writers, scaled to nothing and back: webservice, Sidekiq, MLflow, in the order in which they end"),
  gitlab: z
    .strictObject({
      url: z.url({ protocol: /^https?$/ }),
      token: SecretRefField.describe("Of an administrator, scope api"),
    })
    .optional()
    .describe("GitLab's maintenance mode (Premium): people may read meanwhile; Sidekiq needs scaleDown beside it"),
  waitSeconds: z
    .int()
    .min(5)
    .max(3600)
    .default(300)
    .describe("By then every writer has to be gone, or there is no point"),
});
export type Fence = z.infer<typeof Fence>;

/** An application that is asked once its stores came back. */
const Asked = z
  .strictObject({
    component: Name,
    kind: z.literal("mlflow").default("mlflow"),
    url: z.url({ protocol: /^https?$/ }).describe("Where its users find it; it lists its registered models there"),
    login: SecretRefField.optional().describe("USER:PASSWORD, where it asks for one"),
    token: SecretRefField.optional().describe(
      "A bearer token in its place: SharingHub's plugin takes no other, and lists what its owner may read",
    ),
    ca: z.string().startsWith("/").optional().describe("File with the certificates to trust for this address, PEM"),
  })
  .refine(({ login, token }) => login === undefined || token === undefined, "name a login or a token, not both");
export type Asked = z.infer<typeof Asked>;

const SecondRepository = BackupRepository.extend({
  lateHours: z
    .number()
    .positive()
    .default(24)
    .describe("How long after it was taken a backup may be on its way there: later is a finding"),
  immutable: z
    .enum(["object-lock", "append-only"])
    .optional()
    .describe("What keeps it from being changed there: verified where it can be, and a finding where it is not so"),
});

const Kept = BackupRepository.extend({
  environment: Name,
  stores: z.array(BackupStore).default([]),
  disposable: z.array(Disposable).default([]).describe("Stores that need no backup, with the reason"),
  runner: z.enum(["process", "job"]).default("process").describe("job: what moves data runs as a Job beside it"),
  job: BackupJob.optional(),
  foreign: z
    .array(ForeignBackup)
    .default([])
    .describe("Backups that others make: looked at and counted for their stores, never as proven"),
  ...scheduled,
  second: SecondRepository.optional().describe("A copy elsewhere: another region, another account"),
  fence: Fence.optional(),
  demandReceipts: z
    .boolean()
    .default(false)
    .describe("Whatever may change data there starts only with fresh receipts of all stores that it does not name"),
  ask: z.array(Asked).default([]).describe("Applications that are asked after a restore in place"),
});

const Placed = Kept.refine(({ runner, job }) => runner === "process" || job !== undefined, {
  path: ["job"],
  message: "runner: job needs it: the image and the Secret with its configuration",
});

const Environments = z.array(Placed).superRefine((all, context) => {
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
  receiptHours: z
    .int()
    .min(1)
    .max(720)
    .default(24)
    .describe("For how long after its backup was taken a receipt is worth something"),
  environments: Environments.default([]),
});
export type Backups = z.infer<typeof Backups>;
