import { useWrite } from "../../api/use-write.ts";
import { command } from "../../parts/command.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { ConfirmSaying } from "../../parts/confirm-saying.tsx";
import type { Run } from "./run-page.tsx";

interface StepDecisionProps {
  readonly run: Run;
  readonly etag: string | undefined;
}

/** Another attempt of the step at which the run waits. */
export function RetryStep({ run, etag }: StepDecisionProps) {
  const retry = useWrite("post", "/runs/{id}/retry");
  return (
    <Confirm
      action="Try it again"
      primary
      effect={effectOf(run)}
      needs="operator"
      environment={run.environment}
      send={() => retry.send({ path: { id: run.id }, body: {} }, etag)}
      write={retry}
      cli={command`millwright run retry ${run.id}`}
    >
      <p style={{ margin: 0 }}>
        The step is tried once more. What it did already is looked for first, and not done twice.
      </p>
    </Confirm>
  );
}

/** On without the step at which the run waits. */
export function SkipStep({ run, etag }: StepDecisionProps) {
  const skip = useWrite("post", "/runs/{id}/skip");
  return (
    <ConfirmSaying
      action="Go on without it"
      danger
      effect={effectOf(run)}
      needs="operator"
      environment={run.environment}
      label="Why it can be left out"
      least={3}
      send={(reason) => skip.send({ path: { id: run.id }, body: { reason } }, etag)}
      write={skip}
      cli={(reason) => command`millwright run skip ${run.id} --reason ${reason || "…"}`}
    >
      <p style={{ margin: 0 }}>
        The step counts as skipped, by you and for this reason, in the journal too. The steps after it are done as
        planned.
      </p>
    </ConfirmSaying>
  );
}

/** A run that goes on changes something outside, unless its plan has no effect or it is a shadow. */
export function effectOf({ mode, plan }: Run): "own" | "outside" {
  return mode === "act" && plan.some(({ effect }) => effect !== "none") ? "outside" : "own";
}
