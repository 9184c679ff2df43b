import { Link, useParams } from "@tanstack/react-router";
import type { Reply } from "../../api/types.ts";
import { useRead } from "../../api/use-read.ts";
import { command } from "../../parts/command.ts";
import { Facts, Section } from "../../parts/facts.tsx";
import { JournalEntries } from "../../parts/journal-entries.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Page } from "../../parts/page.tsx";
import { Severity } from "../../parts/severity.tsx";
import { SkeletonCard } from "../../parts/skeletons.tsx";
import { SmallTable } from "../../parts/small-table.tsx";
import { State } from "../../parts/state.tsx";
import { Tag } from "../../parts/tag.tsx";
import { Time } from "../../parts/time.tsx";
import { Now } from "./now.tsx";
import { OrderActions } from "./order-actions.tsx";
import { estimateText, whyOf } from "./order-words.ts";

export type WholeOrder = Reply<"/work-orders/{id}">;

/** One work order: may it start now, and if not, every reason why; what it waits for, and what became of it. */
export function OrderPage() {
  const { id = "" } = useParams({ strict: false });
  const order = useRead("/work-orders/{id}", { path: { id } });
  const { data } = order;
  return (
    <Page
      title={data?.title ?? `Work order ${id}`}
      why={data === undefined ? undefined : whyOf({ ...data, waiting: data.now?.whyNot ?? data.waiting })}
      cli={order.cli ?? command`millwright work show ${id}`}
      back={{ to: "/work", title: "Work" }}
      actions={data === undefined ? undefined : <OrderActions order={data} etag={order.etag} />}
    >
      <Loaded read={order} skeleton={<SkeletonCard height={420} />}>
        {(found) => <Order of={found} />}
      </Loaded>
    </Page>
  );
}

function Order({ of: order }: { readonly of: WholeOrder }) {
  return (
    <>
      <Now order={order} />
      <Section title="What it is">
        <Facts
          of={{
            State: <State of={order.state} />,
            Severity: order.severity === undefined ? undefined : <Severity of={order.severity} />,
            Environment: order.environment ?? "the whole platform",
            Component: order.component,
            "Comes from": <Origin of={order.origin} />,
            "Users may notice it": order.disruptive ? "yes: it needs a window" : "no",
            Takes: estimateText(order.estimate),
            "Planned for": order.notBefore === undefined ? undefined : <Time at={order.notBefore} show="both" />,
            "Its clock runs out": order.deadline === undefined ? undefined : <Time at={order.deadline} show="both" />,
            "Change request":
              order.changeRequest === undefined ? (
                order.changes ? (
                  "none is linked"
                ) : undefined
              ) : (
                <Outside to={order.changeRequest} />
              ),
            Emergency: order.emergency,
            "Done by": order.procedure === undefined ? "a person" : `the procedure ${order.procedure}`,
            Run: order.run === undefined ? undefined : <Link to={`/runs/${order.run}`}>{order.run}</Link>,
            "Came up": <Time at={order.createdAt} show="both" />,
            Started: order.startedAt === undefined ? undefined : <Time at={order.startedAt} show="both" />,
            "Its window closes":
              order.closesAt === undefined || order.state !== "running" ? undefined : (
                <Time at={order.closesAt} show="both" />
              ),
            Ended: order.endedAt === undefined ? undefined : <Time at={order.endedAt} show="both" />,
            Outcome: order.outcome,
          }}
        />
      </Section>
      <Gates of={order.gates} />
      <JournalEntries link={`workOrder=${order.id}`} />
    </>
  );
}

function Outside({ to }: { readonly to: string }) {
  return (
    <a href={to} rel="noreferrer" target="_blank">
      {to}
    </a>
  );
}

function Origin({ of: { kind, of } }: { readonly of: WholeOrder["origin"] }) {
  if (kind === "person") return <>a person: {of}</>;
  if (kind === "duty") return <>the duty {of}</>;
  return (
    <>
      the finding <Link to={`/findings/${of}`}>{of}</Link>
    </>
  );
}

const answers = { open: ["green", "check"], shut: ["red", "cross"], unknown: ["grey", "question"] } as const;

function Gates({ of: gates }: { readonly of: WholeOrder["gates"] }) {
  if (gates.length === 0) return undefined;
  return (
    <Section title="Gates: what must be answered with yes">
      <SmallTable
        label="Gates"
        rows={gates}
        keyOf={({ name }) => name}
        stacks
        columns={[
          { title: "Gate", cell: ({ name }) => name },
          {
            title: "Answer",
            cell: ({ answer }) => {
              const [tone, icon] = answers[answer];
              return (
                <Tag tone={tone} icon={icon}>
                  {answer}
                </Tag>
              );
            },
          },
          { title: "Why", cell: ({ why }) => why },
        ]}
      />
    </Section>
  );
}
