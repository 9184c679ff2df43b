import { Group, NumberInput, Select, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useWrite } from "../../api/use-write.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { shellOptions } from "../../parts/shell-word.ts";
import type { ActionProps } from "./order-actions.tsx";
import type { WholeOrder } from "./order-page.tsx";

/** Plans a work order, or plans it anew. What an approver agreed to before ends with that. */
export function PlanOrder({ order, etag }: ActionProps) {
  const plan = useWrite("post", "/work-orders/{id}/plan");
  const { estimate, offer } = order;
  const [notBefore, setNotBefore] = useState("");
  const [changeRequest, setChangeRequest] = useState(order.changeRequest ?? "");
  const [forwardMinutes, setForward] = useState(estimate.forwardMinutes);
  const [rollbackMinutes, setRollback] = useState(estimate.rollbackMinutes);
  const [procedure, setProcedure] = useState(order.procedure ?? offer?.procedure);
  const request = changeRequest.trim();
  const body = bodyOf(order, { notBefore, request, forwardMinutes, rollbackMinutes, procedure });
  const needsRequest = order.changes && request === "" && order.emergency === undefined;
  return (
    <Confirm
      action={order.state === "planned" ? "Plan anew" : "Plan it"}
      primary={order.state === "proposed"}
      effect="own"
      needs="operator"
      environment={order.environment}
      send={() => plan.send({ path: { id: order.id }, body: { ...body, arguments: {} } }, etag)}
      sending={plan.sending}
      error={plan.error}
      reset={plan.reset}
      cli={`millwright work plan ${order.id}${shellOptions(body)}`}
      blocked={needsRequest ? "It changes the platform: link its change request." : undefined}
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
      <Group gap={10} grow align="end">
        <NumberInput
          label="Minutes it takes"
          min={1}
          max={10_080}
          value={forwardMinutes}
          onChange={(value) => setForward(Number(value) || 1)}
        />
        <NumberInput
          label="Minutes to put it back"
          min={0}
          max={10_080}
          value={rollbackMinutes}
          onChange={(value) => setRollback(Number(value) || 0)}
        />
      </Group>
      {offer === undefined ? undefined : (
        <WhoDoesIt order={order} offer={offer} procedure={procedure} onChange={setProcedure} />
      )}
    </Confirm>
  );
}

function WhoDoesIt(props: {
  readonly order: WholeOrder;
  readonly offer: NonNullable<WholeOrder["offer"]>;
  readonly procedure: string | undefined;
  readonly onChange: (procedure: string | undefined) => void;
}) {
  const { order, offer, procedure, onChange } = props;
  const given = {
    procedure: offer.procedure,
    environment: order.environment,
    arguments: JSON.stringify(offer.arguments),
  };
  return (
    <>
      <Select
        label="Who does it"
        data={[
          { value: offer.procedure, label: `a run of ${offer.procedure}` },
          { value: "", label: "a person, by hand" },
        ]}
        value={procedure ?? ""}
        allowDeselect={false}
        disabled={order.procedure !== undefined}
        onChange={(value) => onChange(value === null || value === "" ? undefined : value)}
      />
      <Link to="/runs/new" search={given as never}>
        Look at what that run would do
      </Link>
    </>
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
    readonly procedure: string | undefined;
  },
) {
  const { estimate } = order;
  const { request, forwardMinutes, rollbackMinutes, procedure } = said;
  const notBefore = momentOf(said.notBefore);
  return {
    ...(notBefore === undefined ? {} : { notBefore }),
    ...(request === "" ? {} : { changeRequest: request }),
    ...(forwardMinutes === estimate.forwardMinutes ? {} : { forwardMinutes }),
    ...(rollbackMinutes === estimate.rollbackMinutes ? {} : { rollbackMinutes }),
    ...(procedure === undefined || procedure === order.procedure ? {} : { procedure }),
  };
}

/** A moment as a browser's field has it, in UTC; undefined where there is none. */
function momentOf(local: string): string | undefined {
  const millis = Date.parse(local);
  return Number.isNaN(millis) ? undefined : new Date(millis).toISOString();
}
