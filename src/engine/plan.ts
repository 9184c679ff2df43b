import { createHash } from "node:crypto";
import * as z from "zod";
import { InputError } from "../kernel/errors.ts";

const Name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "lower-case letters, digits and dashes");
const Seconds = z.number().positive().max(31_536_000);

/** What a step leaves outside: nothing, something that can be taken back, or something that cannot. */
const Effect = z.union([
  z.literal("none"),
  z.literal("irreversible"),
  z.strictObject({ reversible: z.string().min(1).describe("How it is taken back, in words") }),
]);

const Wait = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("for"), seconds: Seconds }),
  z.strictObject({ kind: z.literal("until"), at: z.iso.datetime() }),
  /** Asks the step's action again and again; the deadline counts from the first time. */
  z.strictObject({ kind: z.literal("condition"), everySeconds: Seconds, deadlineSeconds: Seconds }),
  /** Until a maintenance window is open for at least so long. */
  z.strictObject({ kind: z.literal("window"), needSeconds: Seconds }),
]);

const Step = z
  .object({
    /** Unique within its plan. */
    name: Name,
    title: z.string().min(1).max(300),
    kind: z.enum(["act", "check", "wait", "approve", "attest"]),
    effect: Effect.default("none"),
    /** Its id in the worker's registry, for `act`, `check` and a wait for a condition. */
    action: z.string().optional(),
    /** Plain data, without a secret. */
    input: z.record(z.string(), z.json()).default({}),
    /** One attempt; 60 s when left out. */
    timeoutSeconds: Seconds.default(60),
    /** How often an attempt that could not ask is repeated without a person. */
    retries: z.number().int().min(0).max(100).default(0),
    wait: Wait.optional(),
    /**
     * It can lose data: it starts only with a fresh backup receipt of these stores (of all of a component, or of the environment,
     * where none is named), held against the repository at that very moment.
     */
    receipt: z.object({ component: z.string().optional(), stores: z.array(z.string()).default([]) }).optional(),
    /** Data may change by it: it demands receipts of all of the environment where the environment's policy says so. */
    mayChangeData: z.literal(true).optional(),
    /** How long an approval holds until the first effect after it. */
    approvalMinutes: z.number().int().positive().default(240),
  })
  .refine((step) => step.kind === "act" || step.effect === "none", "only an act has an effect")
  .refine((step) => (step.kind === "wait") === (step.wait !== undefined), "a wait says for what, nothing else does")
  .refine((step) => needsAction(step) === (step.action !== undefined), "acts, checks and conditions name an action");
export type Step = z.infer<typeof Step>;

function needsAction(step: { readonly kind: string; readonly wait?: { readonly kind: string } | undefined }): boolean {
  return step.kind === "act" || step.kind === "check" || step.wait?.kind === "condition";
}

/**
 * A run as data: its steps in order. What is stored is this, so a run outlives the code that planned it. Fields that this
 * version does not know are passed over: a worker of an older version must be able to read a newer run and leave it alone.
 */
export const Plan = z.object({
  steps: z
    .array(Step)
    .min(1)
    .max(500)
    .refine((steps) => new Set(steps.map(({ name }) => name)).size === steps.length, "each step needs its own name"),
});
export type Plan = z.infer<typeof Plan>;
export type PlanDraft = z.input<typeof Plan>;

/** What may be run. Its `version` changes whenever its steps mean something else; the old one stays while a run uses it. */
export interface Procedure<Arguments extends z.ZodType = z.ZodType> {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  /** What the caller gives; plain data without secrets. */
  readonly arguments: Arguments;
  /** Which arguments plan it without an effect outside, where some do. */
  readonly harmless?: Readonly<Record<string, unknown>>;
  /** Pure: the same arguments give the same plan. */
  plan(given: z.output<Arguments>): PlanDraft;
}

/** A procedure for whoever runs it, its argument types left aside. */
export function defineProcedure<Arguments extends z.ZodType>(procedure: Procedure<Arguments>): Procedure {
  return procedure as unknown as Procedure; // the arguments are parsed by its own schema first
}

/** The plan of a procedure for these arguments. Throws `InputError` that names the argument. */
export function planOf(procedure: Procedure, given: unknown): { readonly arguments: unknown; readonly plan: Plan } {
  const parsed = procedure.arguments.safeParse(given);
  if (!parsed.success)
    throw new InputError(`${procedure.id} cannot be planned with these arguments:\n${z.prettifyError(parsed.error)}`);
  return { arguments: parsed.data, plan: Plan.parse(procedure.plan(parsed.data)) };
}

export function hasEffect(plan: Plan): boolean {
  return plan.steps.some(({ effect }) => effect !== "none");
}

/** A plan in which a person agrees before the first effect; as it is when it says so itself, or has no effect. */
export function withApproval(plan: Plan): Plan {
  const first = plan.steps.findIndex(({ effect }) => effect !== "none");
  if (first < 0 || plan.steps.some(({ kind }) => kind === "approve")) return plan;
  const approve = { name: "approve", title: "Somebody agrees to what follows", kind: "approve" as const };
  return Plan.parse({ steps: [...plan.steps.slice(0, first), approve, ...plan.steps.slice(first)] });
}

/** The step that shows the receipts to whoever agrees; what it names is what counts later. */
export const receiptStep = "receipt";

/** A plan in which whatever may change data demands receipts of all stores, where it names none itself. */
export function withDemanded(plan: Plan): Plan {
  return Plan.parse({
    steps: plan.steps.map((step) =>
      step.mayChangeData === true && step.receipt === undefined ? { ...step, receipt: { stores: [] } } : step,
    ),
  });
}

/** A plan that shows the receipts before anybody agrees, where a step demands some; as it is when it does so itself. */
export function withReceipts(plan: Plan): Plan {
  const needs = plan.steps.flatMap(({ receipt }) => receipt ?? []);
  if (needs.length === 0 || plan.steps.some(({ name }) => name === receiptStep)) return plan;
  const first = plan.steps.findIndex(({ kind, receipt }) => kind === "approve" || receipt !== undefined);
  const [only] = needs;
  // Of several, the widest is shown: what was not shown counts for nothing when a step begins.
  const isWide = needs.some(({ stores }) => stores.length === 0);
  const all = { stores: isWide ? [] : [...new Set(needs.flatMap(({ stores }) => stores))] };
  const input = needs.length === 1 && only !== undefined ? only : all;
  const show = {
    name: receiptStep,
    title: "The backups are proven, fresh, and in the repository",
    kind: "check" as const,
    action: "backups/receipt",
    input: { ...input },
    timeoutSeconds: 3600,
    retries: 3,
  };
  return Plan.parse({ steps: [...plan.steps.slice(0, first), show, ...plan.steps.slice(first)] });
}

/** What an approval is bound to: SHA-256 over what will be done and where, whatever the order of keys. */
export function digestOf(environment: string, procedure: string, plan: unknown): string {
  return createHash("sha256").update(canonical({ environment, procedure, plan })).digest("hex");
}

/** JSON with keys in order, as neither a database nor a cluster keeps theirs. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return `{${fields
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`)
    .join(",")}}`;
}
