import * as z from "zod";
import { Name } from "./name.ts";
import { SecretRefField } from "./secret-ref.ts";

/** For how long it may be unknown how something is; never less than three looks of the probe. */
export const UnknownMinutes = z.int().min(1).max(10_080);

/**
 * Where a component is asked, and by which credentials. It stands in the server's own file: a merge request that moved an
 * address would have the credential sent elsewhere.
 */
export const Endpoint = z.strictObject({
  environment: Name,
  component: Name.describe("As people call it: gitlab, mlflow-postgresql"),
  system: Name.describe("Id of the system, whose probes are run"),
  settings: z
    .record(z.string(), z.json())
    .default({})
    .describe("What its probes need to know: url, knownItem, maxConnectionsRatio … (docs/health.md)"),
  credentials: z
    .record(z.string().regex(/^[a-z][a-z0-9-]{0,62}$/), SecretRefField)
    .default({})
    .describe("By name: token, database, redis, canary … (docs/health.md)"),
  ca: z.string().startsWith("/").optional().describe("File with the certificates to trust for this address, PEM"),
  dependsOn: z.array(Name).default([]).describe("Components of this environment that it needs"),
  everySeconds: z
    .int()
    .min(5)
    .max(3600)
    .optional()
    .describe("Its probes are asked at least so often; `probes.everySeconds` when left out"),
  unknownMinutes: z
    .union([UnknownMinutes, z.record(z.string().min(1), UnknownMinutes)])
    .optional()
    .describe("Unknown for so long is a finding: for all its probes, or by probe; as the environment's when left out"),
  disabled: z.array(z.string().min(1)).default([]).describe("Probes that are not run"),
});
export type Endpoint = z.infer<typeof Endpoint>;
