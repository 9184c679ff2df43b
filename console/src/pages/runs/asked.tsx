import { Group, SegmentedControl, TextInput } from "@mantine/core";
import { useState } from "react";
import { useWrite } from "../../api/use-write.ts";
import { command } from "../../parts/command.ts";
import { ConfirmSaying } from "../../parts/confirm-saying.tsx";
import { Said } from "../../parts/said.tsx";
import { Approval } from "./approval.tsx";
import type { Run } from "./run-page.tsx";
import { RetryStep, SkipStep } from "./step-decisions.tsx";

interface AskedProps {
  readonly run: Run;
  /** The version that is looked at: a decision about another one is refused. */
  readonly etag: string | undefined;
}

/** What a run asks of a person now, before anything else on its page; nothing where it asks nobody. */
export function Asked({ run, etag }: AskedProps) {
  if (run.state !== "waiting") return undefined;
  if (run.waitsFor === "approval") return <Approval run={run} etag={etag} />;
  if (run.waitsFor === "attestation") return <Attestation run={run} etag={etag} />;
  const open = run.waitsFor === "decision" || run.waitsFor === "retry";
  return open ? <Decision run={run} etag={etag} /> : undefined;
}

function Attestation({ run, etag }: AskedProps) {
  const step = run.plan.find(({ name }) => name === run.step);
  return (
    <section className="mw-card mw-section mw-run-asked">
      <h2>To be done by hand: {step?.title}</h2>
      <p>Whoever does it says here what came of it, and what proves it. The run goes on with the next step then.</p>
      <Group gap={8}>
        <Attest run={run} etag={etag} />
        <SkipStep run={run} etag={etag} />
      </Group>
    </section>
  );
}

function Attest({ run, etag }: AskedProps) {
  const attest = useWrite("post", "/runs/{id}/attest");
  const [outcome, setOutcome] = useState<"done" | "failed">("done");
  const [proof, setProof] = useState("");
  const evidence = proof.trim() === "" ? {} : { proof: proof.trim() };
  return (
    <ConfirmSaying
      action="Say what came of it"
      primary
      effect="own"
      needs="operator"
      environment={run.environment}
      label="What was done, and what came of it"
      least={3}
      send={async (said) => {
        await attest.send({ path: { id: run.id }, body: { outcome, said, evidence } }, etag);
        setProof("");
      }}
      write={attest}
      cli={(said) =>
        command`millwright run attest ${run.id}${{ outcome, said: said || "…", evidence: Object.entries(evidence).map(([name, text]) => `${name}=${text}`) }}`
      }
    >
      <SegmentedControl
        aria-label="How it went"
        data={[
          { value: "done", label: "It is done" },
          { value: "failed", label: "It failed" },
        ]}
        value={outcome}
        onChange={(value) => setOutcome(value === "failed" ? "failed" : "done")}
      />
      <TextInput
        label="What proves it"
        description="An address or a ticket; may be left out"
        value={proof}
        maxLength={2000}
        onChange={(event) => setProof(event.currentTarget.value)}
      />
    </ConfirmSaying>
  );
}

function Decision({ run, etag }: AskedProps) {
  const step = run.plan.find(({ name }) => name === run.step);
  return (
    <section className="mw-card mw-section mw-run-asked">
      <h2>{run.waitsFor === "retry" ? "It will be tried again" : "How does it go on?"}</h2>
      <p>
        <strong>{step?.title}</strong>: <Said text={step?.message ?? run.reason ?? ""} />
      </p>
      <p className="mw-dim">
        Try it again once the cause is gone; go on without it, with a reason; or take back what was done (Abort, above).
      </p>
      <Group gap={8}>
        <RetryStep run={run} etag={etag} />
        {run.waitsFor === "decision" ? <SkipStep run={run} etag={etag} /> : undefined}
      </Group>
    </section>
  );
}
