import { NumberInput, Textarea } from "@mantine/core";
import { useState } from "react";
import { useWrite } from "../../api/use-write.ts";
import { command } from "../../parts/command.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { ConfirmSaying } from "../../parts/confirm-saying.tsx";
import type { WholeIncident } from "./incident-page.tsx";
import { WriteReview } from "./write-review.tsx";

export interface ActProps {
  readonly incident: WholeIncident;
  /** The version that is looked at: what is decided about another one is refused. */
  readonly etag: string | undefined;
}

/** What can be done with an incident in the state it is in. */
export function IncidentActions(props: ActProps) {
  const { state, review } = props.incident;
  if (state === "closed") return <Note {...props} />;
  return (
    <>
      {state === "open" ? <Acknowledge {...props} /> : undefined}
      <Note {...props} />
      {state === "resolved" ? undefined : <Override {...props} />}
      {state === "resolved" ? undefined : <Resolve {...props} />}
      {state === "resolved" && review === undefined ? <WriteReview {...props} /> : undefined}
      {state === "resolved" ? <Close {...props} /> : undefined}
    </>
  );
}

function Acknowledge({ incident, etag }: ActProps) {
  const acknowledge = useWrite("post", "/incidents/{id}/acknowledge");
  return (
    <Confirm
      action="Take it in hand"
      primary
      effect="own"
      needs="operator"
      environment={incident.environment}
      send={() => acknowledge.send({ path: { id: incident.id } }, etag)}
      write={acknowledge}
      cli={command`millwright incident acknowledge ${incident.id}`}
    >
      <p style={{ margin: 0 }}>You lead it from now on, and nobody further is called.</p>
    </Confirm>
  );
}

function Note({ incident }: ActProps) {
  const note = useWrite("post", "/incidents/{id}/notes");
  return (
    <ConfirmSaying
      action="Add a note"
      effect="own"
      needs="operator"
      environment={incident.environment}
      label="What was seen or done"
      least={3}
      send={(text) => note.send({ path: { id: incident.id }, body: { text } })}
      write={note}
      cli={(text) => command`millwright incident note ${incident.id} ${text || "…"}`}
    />
  );
}

function Override({ incident, etag }: ActProps) {
  const override = useWrite("post", "/incidents/{id}/override");
  const [what, setWhat] = useState("");
  const [dueInDays, setDue] = useState(7);
  return (
    <ConfirmSaying
      action="Override…"
      danger
      effect="own"
      needs="approver"
      environment={incident.environment}
      label="Why it cannot wait"
      least={3}
      blocked={what.trim().length < 3 ? "Say what is done, and what it skips." : undefined}
      send={(reason) =>
        override.send({ path: { id: incident.id }, body: { what: what.trim(), reason, dueInDays } }, etag)
      }
      write={override}
      cli={(reason) =>
        command`millwright incident override ${incident.id} ${what.trim() || "…"}${{ reason: reason || "…", dueInDays }}`
      }
    >
      <p style={{ margin: 0 }}>
        Something is done outside its window, or without what must come first. Everybody is told, and what it skips
        stays owed: a piece of work with a deadline is made of it.
      </p>
      <Textarea
        label="What is done, and what it skips"
        value={what}
        autosize
        minRows={2}
        maxLength={4000}
        onChange={(event) => setWhat(event.currentTarget.value)}
      />
      <NumberInput
        label="Made good within, in days"
        min={1}
        max={30}
        value={dueInDays}
        onChange={(value) => setDue(Number(value) || 7)}
      />
    </ConfirmSaying>
  );
}

function Resolve({ incident, etag }: ActProps) {
  const resolve = useWrite("post", "/incidents/{id}/resolve");
  return (
    <ConfirmSaying
      action="It is over"
      effect="own"
      needs="operator"
      environment={incident.environment}
      label="What ended it"
      least={3}
      send={(text) => resolve.send({ path: { id: incident.id }, body: { text } }, etag)}
      write={resolve}
      cli={(text) => command`millwright incident resolve ${incident.id} ${text || "…"}`}
    >
      <p style={{ margin: 0 }}>
        What was wrong is over. It stays until nothing is left to be done, its review included.
      </p>
    </ConfirmSaying>
  );
}

function Close({ incident, etag }: ActProps) {
  const close = useWrite("post", "/incidents/{id}/close");
  const [against] = incident.closingBlockers;
  return (
    <ConfirmSaying
      action="Close"
      primary={against === undefined}
      effect="own"
      needs="operator"
      environment={incident.environment}
      label="What is left"
      hint="Left out: nothing is left to be done"
      least={0}
      blocked={against === undefined ? undefined : `It cannot be closed yet: ${incident.closingBlockers.join("; ")}`}
      send={(text) =>
        close.send(
          { path: { id: incident.id }, body: { text: text === "" ? "Nothing is left to be done." : text } },
          etag,
        )
      }
      write={close}
      cli={(text) => command`millwright incident close ${incident.id}${{ text: text || undefined }}`}
    >
      <p style={{ margin: 0 }}>Closed is final: what comes up later about it is another incident.</p>
    </ConfirmSaying>
  );
}
