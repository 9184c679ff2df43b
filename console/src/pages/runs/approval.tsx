import { Group } from "@mantine/core";
import { useRead } from "../../api/use-read.ts";
import { useWrite } from "../../api/use-write.ts";
import { command } from "../../parts/command.ts";
import { ConfirmSaying } from "../../parts/confirm-saying.tsx";
import { counted } from "../../parts/counted.ts";
import { Facts } from "../../parts/facts.tsx";
import { Said } from "../../parts/said.tsx";
import { Time } from "../../parts/time.tsx";
import { useMe } from "../../state/session.tsx";
import { type ApprovalView, approvalView } from "./approval-view.ts";
import type { Run } from "./run-page.tsx";
import { shortOf } from "./run-words.ts";
import { effectOf } from "./step-decisions.tsx";
import { EffectTag, type PlannedStep } from "./step-words.tsx";
import { WhatGoes } from "./what-goes.tsx";

interface ApprovalProps {
  readonly run: Run;
  readonly etag: string | undefined;
}

/** What an approver sees first: what changes from what to what, what cannot be taken back, and the digest that the approval is for. */
export function Approval({ run, etag }: ApprovalProps) {
  const view = approvalView(run.plan, run.arguments);
  return (
    <section className="mw-card mw-section mw-run-asked">
      <h2>Somebody has to agree before anything changes</h2>
      <p>
        <strong>{run.requestedBy.name}</strong> asks for this in <strong>{run.environment}</strong>,{" "}
        <Time at={run.createdAt} />.
      </p>
      {view.changes.length === 0 ? undefined : <Changes of={view.changes} />}
      {view.removed.length === 0 ? undefined : <WhatGoes of={view.removed} />}
      <Effects of={view} />
      <Facts
        of={{
          "Looked at before": namesOf(view.checksBefore),
          "Looked at after": namesOf(view.checksAfter),
          "The plan's digest": <span className="mw-mono">{run.digest}</span>,
        }}
      />
      <SecondPerson run={run} />
      <Group gap={8}>
        <Approve run={run} etag={etag} />
        <Reject run={run} etag={etag} />
      </Group>
    </section>
  );
}

function namesOf(steps: readonly PlannedStep[]): string {
  return steps.length === 0 ? "nothing" : steps.map(({ title }) => title).join("; ");
}

function Changes({ of: changes }: { readonly of: ApprovalView["changes"] }) {
  return (
    <ul aria-label="What is replaced" className="mw-run-changes">
      {changes.map(({ resource, field, from, to, by }) => (
        <li key={`${resource} ${field}`}>
          <span>
            {resource} <span className="mw-mono">{field}</span>
          </span>
          <span className="mw-mono">
            <span className="mw-hidden">now </span>
            <span className="mw-run-now">{from}</span> <span aria-hidden="true">→</span>
            <span className="mw-hidden">, then </span> <strong>{to}</strong>
          </span>
          {by === "" ? undefined : (
            <span className="mw-dim">
              set by <Said text={by} />
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

function Effects({ of: { irreversible, reversible } }: { readonly of: ApprovalView }) {
  return (
    <>
      {irreversible.length === 0 ? undefined : <EffectList label="What cannot be taken back" of={irreversible} />}
      {reversible.length === 0 ? undefined : (
        <details open={irreversible.length === 0}>
          <summary>{counted(reversible.length, "change")} that can be taken back</summary>
          <EffectList label="What can be taken back" of={reversible} />
        </details>
      )}
    </>
  );
}

function EffectList({ label, of: steps }: { readonly label: string; readonly of: readonly PlannedStep[] }) {
  return (
    <ul aria-label={label}>
      {steps.map((step) => (
        <li key={step.name}>
          <EffectTag step={step} />
          <span>{step.title}</span>
        </li>
      ))}
    </ul>
  );
}

/** Whether whoever looks at it may be the one. Only said; the server decides. */
function SecondPerson({ run }: { readonly run: Run }) {
  const me = useMe();
  const environments = useRead("/environments", {}, { everySeconds: 120 });
  const asks = environments.data?.items.find(({ name }) => name === run.environment)?.secondPerson === true;
  if (!asks) return undefined;
  const own = me.actor.id === run.requestedBy.id;
  return (
    <p className={own ? undefined : "mw-dim"}>
      {run.environment} asks for a second person{" "}
      {own ? "and you asked for this run yourself: another approver has to agree." : `besides ${run.requestedBy.name}.`}
    </p>
  );
}

function Approve({ run, etag }: ApprovalProps) {
  const approve = useWrite("post", "/runs/{id}/approve");
  return (
    <ConfirmSaying
      action="Approve this plan"
      primary
      effect={effectOf(run)}
      needs="approver"
      environment={run.environment}
      label="What was looked at"
      hint="May be left out"
      least={0}
      send={(reason) =>
        approve.send({ path: { id: run.id }, body: { digest: run.digest, ...(reason === "" ? {} : { reason }) } }, etag)
      }
      write={approve}
      cli={(reason) => command`millwright run approve ${run.id}${{ digest: run.digest, reason: reason || undefined }}`}
    >
      <p style={{ margin: 0 }}>
        The run begins at once: {shortOf(run.about)}. The approval is for the plan{" "}
        <span className="mw-mono">{run.digest.slice(0, 12)}</span> and no other, and runs out by itself.
      </p>
    </ConfirmSaying>
  );
}

function Reject({ run, etag }: ApprovalProps) {
  const reject = useWrite("post", "/runs/{id}/reject");
  return (
    <ConfirmSaying
      action="Do not agree"
      effect="own"
      needs="approver"
      environment={run.environment}
      label="Why not"
      least={3}
      send={(reason) => reject.send({ path: { id: run.id }, body: { digest: run.digest, reason } }, etag)}
      write={reject}
      cli={(reason) => command`millwright run reject ${run.id}${{ digest: run.digest, reason: reason || "…" }}`}
    >
      <p style={{ margin: 0 }}>
        Nothing is done. The run waits for a decision: to be asked for again, or to be cancelled.
      </p>
    </ConfirmSaying>
  );
}
