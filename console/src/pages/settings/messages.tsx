import type { Row } from "../../api/types.ts";
import { useList } from "../../api/use-list.ts";
import { useWrite } from "../../api/use-write.ts";
import { command } from "../../parts/command.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { Empty } from "../../parts/empty.tsx";
import { ChoiceFilter, Filters } from "../../parts/filters.tsx";
import { Said } from "../../parts/said.tsx";
import { Tag, type Tone } from "../../parts/tag.tsx";
import { Time } from "../../parts/time.tsx";
import { useSearch } from "../../state/use-search.ts";

type Message = Row<"/notices">;
type Delivery = Message["deliveries"][number];

const states = ["waiting", "sent", "dead"] as const;
const tones: Readonly<Record<Message["severity"], Tone>> = { critical: "red", warning: "yellow", info: "grey" };

const columns: readonly Column<Message>[] = [
  {
    id: "severity",
    title: "Severity",
    width: "88px",
    cell: ({ severity }) => <Tag tone={tones[severity]}>{severity}</Tag>,
  },
  {
    id: "what",
    title: "Message",
    width: "minmax(0, 3fr)",
    cell: ({ title, text }) => (
      <div className="mw-two">
        <strong className="mw-cut">{title}</strong>
        <span className="mw-cut">
          <Said text={text} />
        </span>
      </div>
    ),
  },
  { id: "at", title: "When", width: "90px", wideOnly: true, cell: ({ at }) => <Time at={at} /> },
  {
    id: "deliveries",
    title: "Taken by",
    width: "minmax(0, 2fr)",
    wideOnly: true,
    cell: ({ deliveries }) => (
      <div style={{ display: "flex", gap: 8, alignItems: "center", overflow: "hidden" }}>
        {deliveries.length === 0 ? <span className="mw-dim">nobody: no channel is set up</span> : undefined}
        {deliveries.map((delivery) => (
          <DeliveryState key={delivery.id} of={delivery} />
        ))}
      </div>
    ),
  },
];

/** Messages to people, and whether they were taken. */
export function Messages() {
  const [search] = useSearch();
  const state = states.find((one) => one === search["state"]);
  const list = useList("/notices", { query: { state } });
  return (
    <>
      <Filters>
        <ChoiceFilter name="state" label="Delivery" choices={states} />
      </Filters>
      <DataTable
        label="Messages"
        list={list}
        columns={columns}
        keyOf={({ id }) => String(id)}
        empty={<Empty title={state === undefined ? "No message was sent yet" : "No message fits this filter"} />}
      />
    </>
  );
}

function DeliveryState({ of: delivery }: { readonly of: Delivery }) {
  const retry = useWrite("post", "/notices/deliveries/{id}/retry");
  const { id, channel, state, attempts, lastError } = delivery;
  const tag = (
    <span title={lastError ?? undefined}>
      <Tag
        tone={state === "sent" ? "green" : state === "dead" ? "red" : "yellow"}
        icon={state === "sent" ? "check" : state === "dead" ? "cross" : "clock"}
      >
        {channel}: {state}
      </Tag>
    </span>
  );
  if (state !== "dead") return tag;
  return (
    <>
      {tag}
      <Confirm
        action="Send again"
        effect="own"
        needs="operator"
        send={() => retry.send({ path: { id } })}
        write={retry}
        cli={command`millwright notice retry ${id}`}
      >
        <p style={{ margin: 0 }}>
          {channel} did not take it in {attempts} attempts: {lastError ?? "nobody said why"}. It is tried again from the
          first one.
        </p>
      </Confirm>
    </>
  );
}
