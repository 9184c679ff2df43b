import type { Actor } from "../platform/actor.ts";
import type { JournalDraft, NoticeDraft } from "../platform/record.ts";
import { type Attempt, leftBehind, type Run } from "./run.ts";

/** The journal's entry of a run that has ended. */
export function entryOfEnd(run: Run, attempts: readonly Attempt[], actor: Actor): JournalDraft {
  const left = run.state === "done" ? [] : leftBehind(run.plan, attempts).map(({ title }) => title);
  const at = run.endedAt ?? run.updatedAt;
  return {
    at,
    kind: "run",
    actor,
    task: `${words[run.state]}: ${run.title}`,
    environment: run.environment,
    durationSeconds: Math.max(0, Math.round((Date.parse(at) - Date.parse(run.startedAt ?? run.createdAt)) / 1000)),
    issues: attempts
      .filter(({ outcome }) => outcome === "failed" || outcome === "errored" || outcome === "skipped")
      .map(({ name, outcome, message }) => `${name} ${outcome}: ${message}`),
    nextActions: left.map((title) => `Not taken back: ${title}`),
    links: { ...run.links, run: run.id },
    evidence: {
      procedure: `${run.procedure}@${run.procedureVersion}`,
      digest: run.digest,
      mode: run.mode,
      steps: attempts.map(({ direction, name, outcome, message }) => ({ direction, name, outcome, message })),
    },
  };
}

const words: Readonly<Record<Run["state"], string>> = {
  ready: "Ready",
  queued: "Queued",
  running: "Running",
  waiting: "Waiting",
  paused: "Paused",
  done: "Done",
  aborted: "Aborted",
  cancelled: "Cancelled",
};

/** What people are told when a run waits for one of them; undefined when it waits for anything else. */
export function noticeOfRest(run: Run): NoticeDraft | undefined {
  if (run.waitsFor !== "approval" && run.waitsFor !== "attestation" && run.waitsFor !== "decision") return undefined;
  return {
    key: `run/${run.id}/${run.direction}/${run.position}/${run.attempt}/${run.waitsFor}`,
    severity: run.waitsFor === "decision" ? "warning" : "info",
    title: `${run.title} waits for ${asked[run.waitsFor]} (${run.environment})`,
    text: run.reason ?? "",
    environment: run.environment,
    link: `/api/v1/runs/${run.id}`,
  };
}

const asked = {
  approval: "an approval",
  attestation: "somebody to do a step by hand",
  decision: "a decision",
} as const;
