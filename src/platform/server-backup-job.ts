import * as z from "zod";
import { Name } from "./name.ts";

const quantity = z.string().regex(/^\d+(?:\.\d+)?(?:m|[kKMGT]i?)?$/, "a quantity such as 500m or 1Gi");

/** The backup runner as a Job beside the data: the server that starts it holds no dump, and not the repository's key. */
export const BackupJob = z.strictObject({
  namespace: Name.default("millwright"),
  image: z.string().min(1).describe("With restic and the databases' programs in it (docs/operations.md)"),
  config: Name.describe(
    "The Secret with its millwright.server.yaml and the files that it names, below /etc/millwright",
  ),
  serviceAccount: Name.default("millwright-backup-runner").describe("deploy/rbac/backup-runner.yaml"),
  pullSecrets: z.array(Name).default([]),
  cpu: quantity.default("2"),
  memory: quantity.default("2Gi"),
  scratch: quantity.default("20Gi").describe("Room for what proofs restore; gone with the pod"),
  scratchClass: Name.optional().describe(
    "The storage class of a volume for it, made and removed with the pod; the node's own disk when left out",
  ),
  hours: z.number().positive().max(168).default(24).describe("A Job that takes longer is ended"),
});
export type BackupJob = z.infer<typeof BackupJob>;
