import { listBreakGlass } from "../access/break-glass.ts";
import { Refusal, refuse } from "../access/refusal.ts";
import { isSecondPerson } from "../access/role.ts";
import { type Instant, instantOf } from "../kernel/instant.ts";
import { asJson } from "../store/store.ts";
import { conflict, type Deciding, decide, holdRun, ready } from "./decisions.ts";
import { type Run, stepOf } from "./run.ts";
import type { EnginePolicy } from "./start-run.ts";
import type { EngineTables } from "./store.ts";

export interface ApprovalGiven {
  /** Of the plan that the approver read; another one is not approved by it. */
  readonly digest: string;
  readonly approved: boolean;
  readonly reason: string | undefined;
}

/**
 * An approval, or a no. It holds for the plan with this digest and until it runs out. Where the environment asks for a second
 * person, the one who asked for the run does not approve it, unless with emergency rights, which are a debt until reviewed.
 */
export async function answerApproval(
  deciding: Deciding,
  policy: Pick<EnginePolicy, "secondPerson">,
  id: string,
  given: ApprovalGiven,
): Promise<Run | Refusal> {
  const run = await holdRun(deciding, id);
  if (run instanceof Refusal) return run;
  const step = run.waitsFor === "approval" && run.state === "waiting" ? stepOf(run) : undefined;
  if (step === undefined) return conflict(run, "approved or refused");
  if (given.digest !== run.digest || !run.intact)
    return refuse(
      409,
      "The approval is for another plan than this run has.",
      `Read the plan again: millwright run show ${id}`,
    );
  if (!given.approved) return turnDown(deciding, run, given.reason);
  const emergency = await secondPersonOr(deciding, policy, run);
  if (emergency instanceof Refusal) return emergency;
  return approve(deciding, run, step.approvalMinutes, given.reason, emergency);
}

async function approve(
  deciding: Deciding,
  run: Run,
  minutes: number,
  reason: string | undefined,
  emergency: string | undefined,
): Promise<Run> {
  const expiresAt = instantOf(Date.parse(deciding.now) + minutes * 60_000);
  await keepAnswer(deciding, run, { approved: true, reason, emergency, expiresAt });
  const to = { ...ready(run), position: run.position + 1, attempt: 1, stepStartedAt: null, approvedUntil: expiresAt };
  const evidence = { digest: run.digest, reason, expiresAt, emergency };
  return decide(
    deciding,
    run,
    { kind: emergency === undefined ? "approval" : "override", task: "Approved", evidence },
    to,
  );
}

async function turnDown(deciding: Deciding, run: Run, said: string | undefined): Promise<Run> {
  await keepAnswer(deciding, run, { approved: false, reason: said, emergency: undefined, expiresAt: undefined });
  const reason = `${deciding.actor.name} refused: ${said ?? "no reason given"}`;
  const to = { ...ready(run), state: "waiting" as const, waitsFor: "decision" as const, reason };
  const evidence = { digest: run.digest, reason: said };
  return decide(deciding, run, { kind: "approval", task: "Refused", evidence }, to);
}

async function keepAnswer(
  { store, actor, now }: Deciding,
  run: Run,
  answer: {
    readonly approved: boolean;
    readonly reason: string | undefined;
    readonly emergency: string | undefined;
    readonly expiresAt: Instant | undefined;
  },
): Promise<void> {
  await store
    .tables<EngineTables>()
    .insertInto("run_approvals")
    .values({
      run_id: run.id,
      step: run.position,
      attempt: run.attempt,
      digest: run.digest,
      approved: answer.approved,
      actor: asJson(actor),
      reason: answer.reason ?? null,
      emergency: answer.emergency ?? null,
      decided_at: now,
      expires_at: answer.expiresAt ?? null,
    })
    .execute();
}

/** Nothing when somebody else approves; the id of the emergency rights when they stand in; a refusal otherwise. */
async function secondPersonOr(
  { store, now, actor }: Deciding,
  policy: Pick<EnginePolicy, "secondPerson">,
  run: Run,
): Promise<string | undefined | Refusal> {
  if (!policy.secondPerson(run.environment) || isSecondPerson(actor, run.requestedBy)) return undefined;
  const taken = await listBreakGlass(store, {
    open: true,
    environments: [run.environment],
    after: undefined,
    limit: 200,
  });
  const own = taken.find(({ actor: holder, expiresAt }) => holder.id === actor.id && expiresAt > now);
  if (own !== undefined) return own.id;
  return refuse(
    403,
    `${run.environment} asks for a second person: whoever asked for a run does not approve it, and no program does.`,
    `Ask another approver; if nobody can be reached: millwright emergency take ${run.environment}`,
  );
}
