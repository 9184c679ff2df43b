import { createPublicKey, sign, verify } from "node:crypto";
import * as z from "zod";
import { canonical } from "../../engine/plan.ts";
import { InputError } from "../../kernel/errors.ts";
import { jsonOr } from "../../kernel/json.ts";
import { keyIdOf, privateKey, publicKey } from "../receipts/receipt.ts";

/*
 * What a drill found, for the auditor: signed, so that nobody makes one better afterwards. Moments are ISO, durations seconds.
 */

const Store = z.object({
  /** Its place in the order in which things come back, from 1. */
  order: z.number(),
  store: z.string(),
  component: z.string(),
  kind: z.string(),
  backup: z.string(),
  digest: z.string(),
  takenAt: z.string(),
  bytes: z.number(),
  verdict: z.enum(["proven", "failed", "unknown", "sampled"]),
  why: z.array(z.string()),
  counts: z.record(z.string(), z.number()),
  /** How long fetching, restoring and comparing took: what it takes at least until it is back. */
  restoreSeconds: z.number(),
  objectiveMinutes: z.number(),
  /** How old the data was when the drill began: what would have been lost. */
  ageSeconds: z.number(),
  objectiveHours: z.number(),
  doesNotCover: z.array(z.string()),
});

const Step = z.object({
  id: z.string(),
  title: z.string(),
  /** done: by this drill. attested: somebody says so. open: neither. */
  how: z.enum(["done", "failed", "attested", "open"]),
  words: z.string(),
  by: z.string().optional(),
});

const Component = z.object({
  component: z.string(),
  restoreSeconds: z.number(),
  ageSeconds: z.number(),
  met: z.boolean(),
});

export const DrillReport = z.object({
  schema: z.literal("millwright/drill/1"),
  id: z.string(),
  installation: z.string(),
  environment: z.string(),
  repository: z.string(),
  /** From which repository all of it came: with `second` nothing was asked of the first. */
  from: z.enum(["first", "second"]),
  scope: z.enum(["everything", "some"]),
  by: z.string(),
  beganAt: z.string(),
  endedAt: z.string(),
  millwright: z.string(),
  point: z.object({ id: z.string(), takenAt: z.string(), fence: z.string() }).optional(),
  stores: z.array(Store),
  components: z.array(Component),
  checks: z.array(z.object({ what: z.string(), state: z.string(), asked: z.number(), why: z.array(z.string()) })),
  /** The rebuild of an environment from nothing, in order; of a drill over everything. */
  continuity: z.array(Step),
  disposable: z.array(z.object({ store: z.string(), why: z.string() })),
  verdict: z.enum(["passed", "failed", "incomplete"]),
  why: z.array(z.string()),
});
export type DrillReport = z.infer<typeof DrillReport>;

export const DrillSignature = z.object({ algorithm: z.literal("ed25519"), key: z.string(), value: z.string() });

const Signed = z.object({ report: z.unknown(), signature: DrillSignature.optional() });

export interface SignedReport {
  readonly report: DrillReport;
  /** Undefined where no key signs. */
  readonly signature: { readonly algorithm: "ed25519"; readonly key: string; readonly value: string } | undefined;
}

const prefix = "millwright-drill-1.";

export function signReport(report: DrillReport, privatePem: string | undefined): SignedReport {
  if (privatePem === undefined) return { report, signature: undefined };
  const key = privateKey(privatePem);
  const value = sign(null, bytesOf(report), key).toString("base64url");
  return { report, signature: { algorithm: "ed25519", key: keyIdOf(createPublicKey(key)), value } };
}

/** Reads a report as a file holds it; throws `InputError` for one that none of these keys (PEM, public or private) signed. */
export function verifyReport(text: string, keys: readonly string[]): DrillReport {
  const signed = Signed.safeParse(jsonOr(text));
  if (!signed.success)
    throw new InputError("This is no report of a drill: give the JSON that millwright backup drill writes.");
  const { report, signature } = signed.data;
  if (signature === undefined)
    throw new InputError("The report is not signed: no key was configured when it was made.");
  const key = keys.map((pem) => publicKey(pem)).find((one) => keyIdOf(one) === signature.key);
  if (key === undefined)
    throw new InputError(`The report was signed by the key ${signature.key}, which is not configured here.`);
  if (!verify(null, bytesOf(report), key, Buffer.from(signature.value, "base64url")))
    throw new InputError("The report's signature is wrong: something in it was changed.");
  return DrillReport.parse(report);
}

/** Reads one without asking who signed it. */
export function readReport(text: string): SignedReport {
  const { report, signature } = Signed.parse(jsonOr(text));
  return { report: DrillReport.parse(report), signature };
}

/** Whatever the order of keys and the spaces in between. */
function bytesOf(report: unknown): Buffer {
  return Buffer.from(`${prefix}${canonical(JSON.parse(JSON.stringify(report)))}`);
}
