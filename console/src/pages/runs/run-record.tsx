import { CopyBlock } from "../../parts/copy-block.tsx";
import { Section } from "../../parts/facts.tsx";
import { Notice } from "../../parts/notice.tsx";
import { SmallTable } from "../../parts/small-table.tsx";
import { Tag } from "../../parts/tag.tsx";
import { Time } from "../../parts/time.tsx";
import type { Run } from "./run-page.tsx";
import { hasEnded } from "./run-words.ts";

/** What a run that did not end well left behind. */
export function Left({ run }: { readonly run: Run }) {
  if (!hasEnded(run) || run.left.length === 0) return undefined;
  return (
    <Notice tone="orange" icon="incidents" title="This was done and is not taken back">
      <ul>
        {run.left.map((title) => (
          <li key={title}>{title}</li>
        ))}
      </ul>
    </Notice>
  );
}

/** Who agreed to what, when and why. */
export function Approvals({ run: { approvals, digest } }: { readonly run: Run }) {
  if (approvals.length === 0) return undefined;
  return (
    <Section title="Approvals">
      <SmallTable
        label="Approvals"
        rows={approvals}
        keyOf={({ decidedAt, actor }) => `${decidedAt} ${actor.id}`}
        stacks
        columns={[
          {
            title: "Answer",
            cell: ({ approved }) => (
              <Tag tone={approved ? "green" : "red"} icon={approved ? "check" : "cross"}>
                {approved ? "agreed" : "did not agree"}
              </Tag>
            ),
          },
          { title: "Who", cell: ({ actor }) => actor.name },
          { title: "When", cell: ({ decidedAt }) => <Time at={decidedAt} show="both" /> },
          { title: "Why", cell: ({ reason }) => reason ?? <span className="mw-dim">no reason given</span> },
          {
            title: "Holds",
            cell: ({ expiresAt, emergency, digest: of }) => (
              <>
                {expiresAt === null ? "" : <Time at={expiresAt} show="exact" />}
                {of === digest ? "" : " (of another plan)"}
                {emergency === null ? "" : ` with emergency rights ${emergency}`}
              </>
            ),
          },
        ]}
      />
    </Section>
  );
}

/** What the procedure was given. */
export function Given({ run }: { readonly run: Run }) {
  return (
    <Section title="What it was given">
      <CopyBlock text={JSON.stringify(run.arguments, undefined, 2)} label="Arguments of the procedure" />
    </Section>
  );
}
