import { useWrite } from "../../api/use-write.ts";
import { command } from "../../parts/command.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { ConfirmSaying } from "../../parts/confirm-saying.tsx";
import { FinishOrder } from "./finish-order.tsx";
import type { WholeOrder } from "./order-page.tsx";
import { PlanOrder } from "./plan-order.tsx";

export interface ActionProps {
  readonly order: WholeOrder;
  /** The version that is looked at: what is decided about another one is refused. */
  readonly etag: string | undefined;
}

/** What can be done with a work order in the state it is in. */
export function OrderActions(props: ActionProps) {
  const { state, run, emergency } = props.order;
  if (state === "running") return run === undefined ? <FinishOrder {...props} /> : undefined;
  if (state !== "proposed" && state !== "planned") return undefined;
  return (
    <>
      <PlanOrder {...props} />
      {state === "planned" ? <Approve {...props} /> : undefined}
      {state === "planned" ? <Start {...props} /> : undefined}
      {emergency === undefined ? <Emergency {...props} /> : undefined}
      <Cancel {...props} />
    </>
  );
}

function Approve({ order, etag }: ActionProps) {
  const approve = useWrite("post", "/work-orders/{id}/approve");
  return (
    <ConfirmSaying
      action="Approve"
      effect="own"
      needs="approver"
      environment={order.environment}
      label="What was looked at"
      least={10}
      send={(reason) => approve.send({ path: { id: order.id }, body: { reason } }, etag)}
      write={approve}
      cli={(reason) => command`millwright work approve ${order.id} --reason ${reason || "…"}`}
    >
      <p style={{ margin: 0 }}>
        It is approved as it is planned now. The approval ends when the plan changes, and by itself.
      </p>
    </ConfirmSaying>
  );
}

function Start({ order, etag }: ActionProps) {
  const start = useWrite("post", "/work-orders/{id}/start");
  const against = order.now?.mayStart === false ? order.now.whyNot : [];
  return (
    <Confirm
      action="Start by hand"
      primary={against.length === 0}
      effect="own"
      needs="operator"
      environment={order.environment}
      send={() => start.send({ path: { id: order.id } }, etag)}
      write={start}
      cli={command`millwright work start ${order.id}`}
      blocked={against.length === 0 ? undefined : `It may not start now: ${against.join("; ")}.`}
    >
      <p style={{ margin: 0 }}>
        You begin now and do it by hand; when it is over, say how it ended.{" "}
        {against.length === 0 ? "" : `What stands against it: ${against.join("; ")}.`}
      </p>
    </Confirm>
  );
}

function Emergency({ order, etag }: ActionProps) {
  const declare = useWrite("post", "/work-orders/{id}/emergency");
  return (
    <ConfirmSaying
      action="Declare an emergency"
      danger
      effect="own"
      needs="approver"
      environment={order.environment}
      label="Why it cannot wait"
      least={10}
      send={(reason) => declare.send({ path: { id: order.id }, body: { reason } }, etag)}
      write={declare}
      cli={(reason) => command`millwright work emergency ${order.id} --reason ${reason || "…"}`}
    >
      <p style={{ margin: 0 }}>
        It may be done outside windows and freezes then; gates and the emergency stop still hold. Everybody is told, and
        a review is owed.
      </p>
    </ConfirmSaying>
  );
}

function Cancel({ order, etag }: ActionProps) {
  const cancel = useWrite("post", "/work-orders/{id}/cancel");
  return (
    <ConfirmSaying
      action="Cancel"
      danger
      effect="own"
      needs="operator"
      environment={order.environment}
      label="Why it is not done"
      least={10}
      send={(reason) => cancel.send({ path: { id: order.id }, body: { reason } }, etag)}
      write={cancel}
      cli={(reason) => command`millwright work cancel ${order.id} --reason ${reason || "…"}`}
    >
      <p style={{ margin: 0 }}>It is not done; the same finding does not raise it again.</p>
    </ConfirmSaying>
  );
}
