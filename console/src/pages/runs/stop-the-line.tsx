import { useWrite } from "../../api/use-write.ts";
import { command } from "../../parts/command.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { ConfirmSaying } from "../../parts/confirm-saying.tsx";
import type { Run } from "./run-page.tsx";
import { effectOf } from "./step-decisions.tsx";

/** Stops a run, in three ways. None of them asks for a version: whatever it does just now, it is to stop. */
export function StopTheLine({ run }: { readonly run: Run }) {
  return (
    <>
      {run.state === "paused" ? <Resume run={run} /> : <Pause run={run} />}
      {run.direction === "undo" ? undefined : <Abort run={run} />}
      <Cancel run={run} />
    </>
  );
}

function Pause({ run }: { readonly run: Run }) {
  const pause = useWrite("post", "/runs/{id}/pause");
  return (
    <Confirm
      action="Pause"
      effect="own"
      needs="operator"
      environment={run.environment}
      send={() => pause.send({ path: { id: run.id }, body: {} })}
      write={pause}
      cli={command`millwright run pause ${run.id}`}
    >
      <p style={{ margin: 0 }}>It stands after the step it is at, and goes on when somebody says so.</p>
    </Confirm>
  );
}

function Resume({ run }: { readonly run: Run }) {
  const resume = useWrite("post", "/runs/{id}/resume");
  return (
    <Confirm
      action="Let it go on"
      primary
      effect={effectOf(run)}
      needs="operator"
      environment={run.environment}
      send={() => resume.send({ path: { id: run.id }, body: {} })}
      write={resume}
      cli={command`millwright run resume ${run.id}`}
    >
      <p style={{ margin: 0 }}>It goes on where it stood: what it waited for, it waits for again.</p>
    </Confirm>
  );
}

function Abort({ run }: { readonly run: Run }) {
  const abort = useWrite("post", "/runs/{id}/abort");
  const stays = run.plan.filter(({ effect, outcome }) => effect === "irreversible" && outcome === "done");
  return (
    <ConfirmSaying
      action="Abort"
      danger
      effect={effectOf(run)}
      needs="operator"
      environment={run.environment}
      label="Why it is stopped"
      least={3}
      send={(reason) => abort.send({ path: { id: run.id }, body: { reason } })}
      write={abort}
      cli={(reason) => command`millwright run abort ${run.id} --reason ${reason || "…"}`}
    >
      <p style={{ margin: 0 }}>
        What was done is taken back as far as it can be, the last first; then the run is over.
        {stays.length === 0 ? "" : ` This stays: ${stays.map(({ title }) => title).join("; ")}.`}
      </p>
    </ConfirmSaying>
  );
}

function Cancel({ run }: { readonly run: Run }) {
  const cancel = useWrite("post", "/runs/{id}/cancel");
  return (
    <ConfirmSaying
      action="Cancel"
      danger
      effect="own"
      needs="operator"
      environment={run.environment}
      label="Why it is stopped"
      least={3}
      send={(reason) => cancel.send({ path: { id: run.id }, body: { reason } })}
      write={cancel}
      cli={(reason) => command`millwright run cancel ${run.id} --reason ${reason || "…"}`}
    >
      <p style={{ margin: 0 }}>
        The run ends where it is. Nothing is taken back: what it did until now stays, and so does what it holds.
      </p>
    </ConfirmSaying>
  );
}
