import * as z from "zod";

const count = z.int().nonnegative();

/** What an operator found out about the instance. Everything left out is unknown, and the plan then takes the careful way. */
export const Answers = z.strictObject({
  edition: z.enum(["ce", "ee"]).optional(),
  webReplicas: count.optional(),
  usersCount: count.optional(),
  ciPipelineMessagesRows: count.optional(),
  npmPackages: z.boolean().optional(),
  largePipelineVariablesHistory: z.boolean().optional(),
  postgresqlVersion: z
    .string()
    .regex(/^\d+(\.\d+)?$/, "a version such as 14.8")
    .optional(),
  redisVersion: z
    .string()
    .regex(/^\d+(\.\d+){0,2}$/, "a version such as 6.2")
    .optional(),
  kubernetesVersion: z
    .string()
    .regex(/^\d+\.\d+/, "a version such as 1.33")
    .optional(),
  /** The chart's own PostgreSQL, Redis or MinIO is in use. */
  bundledDatastores: z.boolean().optional(),
  sharedSecretsJob: z.boolean().optional(),
  advancedSearch: z.boolean().optional(),
  runner: z.boolean().optional(),
  registry: z.boolean().optional(),
});
export type Answers = z.infer<typeof Answers>;

/** One clause of a stop's condition; several are joined by *or*. */
export interface Clause {
  readonly answer: string;
  readonly above?: number | undefined;
  readonly is?: boolean | undefined;
}

/** *take* when any clause holds, *skip* when all are known not to, else *unknown*. */
export function decide(clauses: readonly Clause[], answers: Answers): "take" | "skip" | "unknown" {
  const verdicts = clauses.map((clause) => holds(clause, answers));
  if (verdicts.includes(true)) return "take";
  return verdicts.includes(undefined) ? "unknown" : "skip";
}

function holds(clause: Clause, answers: Answers): boolean | undefined {
  const answer: unknown = Object.entries(answers).find(([name]) => name === clause.answer)?.[1];
  if (answer === undefined) return undefined;
  return clause.above === undefined ? answer === clause.is : Number(answer) > clause.above;
}
