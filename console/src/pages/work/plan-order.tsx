import { TextInput } from "@mantine/core";
import { useState } from "react";
import { useWrite } from "../../api/use-write.ts";
import { command } from "../../parts/command.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { MinutesAsked } from "./minutes-asked.tsx";
import type { ActionProps } from "./order-actions.tsx";
import type { WholeOrder } from "./order-page.tsx";
import { useDoer, WhoDoesIt } from "./who-does-it.tsx";

/** Plans a work order, or plans it anew. What an approver agreed to before ends with that. */
export function PlanOrder({ order, etag }: ActionProps) {
  const plan = useWrite("post", "/work-orders/{id}/plan");
  const { estimate } = order;
  const [notBefore, setNotBefore] = useState("");
  const [changeRequest, setChangeRequest] = useState(order.changeRequest ?? "");
  const [forwardMinutes, setForward] = useState(estimate.forwardMinutes);
  const [rollbackMinutes, setRollback] = useState(estimate.rollbackMinutes);
  const doer = useDoer(order);
  const request = changeRequest.trim();
  const body = {
    ...bodyOf(order, { notBefore, request, forwardMinutes, rollbackMinutes }),
    ...(doer.procedure === undefined ? {} : { procedure: doer.procedure, arguments: doer.given }),
  };
  const needsRequest = order.changes && request === "" && order.emergency === undefined;
  return (
    <Confirm
      action={order.state === "planned" ? "Plan anew" : "Plan it"}
      primary={order.state === "proposed"}
      effect="own"
      needs="operator"
      environment={order.environment}
      send={() => plan.send({ path: { id: order.id }, body: { arguments: {}, ...body } }, etag)}
      write={plan}
      cli={command`millwright work plan ${order.id}${{ ...body, arguments: doer.words }}`}
      blocked={needsRequest ? "It changes the platform: link its change request." : doer.blocked}
    >
      <p style={{ margin: 0 }}>
        It starts in the first opening that has room and nothing against it
        {order.now?.nextOpening === undefined ? "" : `; as it stands: ${order.now.nextOpening}`}.
      </p>
      <TextInput
        label="Change request"
        description="The address of its issue or merge request"
        withAsterisk={order.changes}
        value={changeRequest}
        placeholder="https://git.example.org/platform/-/issues/7"
        onChange={(event) => setChangeRequest(event.currentTarget.value)}
      />
      <TextInput
        label="Not before"
        description="By the clock of this browser; left out: as soon as it may"
        type="datetime-local"
        value={notBefore}
        onChange={(event) => setNotBefore(event.currentTarget.value)}
      />
      <MinutesAsked
        forward={forwardMinutes}
        rollback={rollbackMinutes}
        onForward={setForward}
        onRollback={setRollback}
      />
      <WhoDoesIt order={order} doer={doer} />
    </Confirm>
  );
}

/** Only what differs from the order as it is: the rest stays. */
function bodyOf(
  order: WholeOrder,
  said: {
    readonly notBefore: string;
    readonly request: string;
    readonly forwardMinutes: number;
    readonly rollbackMinutes: number;
  },
) {
  const { estimate } = order;
  const { request, forwardMinutes, rollbackMinutes } = said;
  const notBefore = momentOf(said.notBefore);
  return {
    ...(notBefore === undefined ? {} : { notBefore }),
    ...(request === "" ? {} : { changeRequest: request }),
    ...(forwardMinutes === estimate.forwardMinutes ? {} : { forwardMinutes }),
    ...(rollbackMinutes === estimate.rollbackMinutes ? {} : { rollbackMinutes }),
  };
}

/** A moment as a browser's field has it, in UTC; undefined where there is none. */
function momentOf(local: string): string | undefined {
  const millis = Date.parse(local);
  return Number.isNaN(millis) ? undefined : new Date(millis).toISOString();
}
