import * as z from "zod";
import { InputError } from "../../kernel/errors.ts";
import { jsonOr } from "../../kernel/json.ts";
import { Signature, signed, whyNotSigned } from "../receipts/signed.ts";

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

export const DrillSignature = Signature;

const Signed = z.object({ report: z.unknown(), signature: DrillSignature.optional() });

export interface SignedReport {
  readonly report: DrillReport;
  /** Undefined where no key signs. */
  readonly signature: Signature | undefined;
}

const prefix = "millwright-drill-1.";

export function signReport(report: DrillReport, privatePem: string | undefined): SignedReport {
  return { report, signature: privatePem === undefined ? undefined : signed(prefix, report, privatePem) };
}

/** Reads a report as a file holds it; throws `InputError` for one that none of these keys (PEM, public or private) signed. */
export function verifyReport(text: string, keys: readonly string[]): DrillReport {
  const read = Signed.safeParse(jsonOr(text));
  if (!read.success)
    throw new InputError("This is no report of a drill: give the JSON that millwright backup drill writes.");
  const { report, signature } = read.data;
  const why = whyNotSigned(prefix, report, signature, keys);
  if (why !== undefined) throw new InputError(`The report ${why}.`);
  return DrillReport.parse(report);
}

/** Reads one without asking who signed it. */
export function readReport(text: string): SignedReport {
  const { report, signature } = Signed.parse(jsonOr(text));
  return { report: DrillReport.parse(report), signature };
}
