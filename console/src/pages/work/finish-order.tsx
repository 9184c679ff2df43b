import { NumberInput, Select, Textarea } from "@mantine/core";
import { useState } from "react";
import { useWrite } from "../../api/use-write.ts";
import { command } from "../../parts/command.ts";
import { ConfirmSaying } from "../../parts/confirm-saying.tsx";
import type { ActionProps } from "./order-actions.tsx";

const outcomes = ["done", "rolled-back", "failed"] as const;
type Outcome = (typeof outcomes)[number];

/** Says how work done by hand ended, and what proves it. */
export function FinishOrder({ order, etag }: ActionProps) {
  const finish = useWrite("post", "/work-orders/{id}/finish");
  const [outcome, setOutcome] = useState<Outcome>("done");
  const [links, setLinks] = useState("");
  const [rolledBackMinutes, setRolledBack] = useState<number>();
  const addresses = links
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const back = outcome === "rolled-back" && rolledBackMinutes !== undefined ? { rolledBackMinutes } : {};
  return (
    <ConfirmSaying
      action="Say how it ended"
      primary
      effect="own"
      needs="operator"
      environment={order.environment}
      label="What was checked afterwards"
      least={10}
      send={(evidence) =>
        finish.send({ path: { id: order.id }, body: { outcome, evidence, links: addresses, ...back } }, etag)
      }
      write={finish}
      cli={(evidence) =>
        command`millwright work finish ${order.id}${{ outcome, evidence: evidence || "…", links: addresses, ...back }}`
      }
    >
      <Select
        label="How it ended"
        data={[...outcomes]}
        value={outcome}
        allowDeselect={false}
        onChange={(value) => setOutcome(outcomes.find((one) => one === value) ?? "done")}
      />
      {outcome === "rolled-back" ? (
        <NumberInput
          label="Minutes that putting it back took"
          min={0}
          max={10_080}
          value={rolledBackMinutes ?? ""}
          onChange={(value) => setRolledBack(typeof value === "number" ? value : undefined)}
        />
      ) : undefined}
      <Textarea
        label="Addresses that prove it"
        description="One a line; may be left out"
        autosize
        minRows={1}
        value={links}
        onChange={(event) => setLinks(event.currentTarget.value)}
      />
    </ConfirmSaying>
  );
}
