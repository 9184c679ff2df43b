import { Link } from "@tanstack/react-router";
import { useRead } from "../api/use-read.ts";
import { Section } from "./facts.tsx";
import { Loaded } from "./loaded.tsx";
import { SkeletonLines } from "./skeletons.tsx";
import { SmallTable } from "./small-table.tsx";
import { Time } from "./time.tsx";

/** What the journal says of one thing: `link="run=14a0…"`. Newest first, fifty at most; all of them are a click away. */
export function JournalEntries({ link }: { readonly link: string }) {
  const entries = useRead("/journal/entries", { query: { link, limit: 50 } });
  return (
    <Section title="In the journal">
      <Loaded read={entries} skeleton={<SkeletonLines lines={3} />}>
        {({ items, next }) =>
          items.length === 0 ? (
            <p className="mw-dim" style={{ margin: 0 }}>
              Nothing was written about it yet.
            </p>
          ) : (
            <>
              <SmallTable
                label="Entries of the journal about this"
                rows={items}
                keyOf={({ sequence }) => String(sequence)}
                stacks
                columns={[
                  { title: "When", cell: ({ at }) => <Time at={at} show="exact" /> },
                  { title: "Who", cell: ({ actor }) => actor.name },
                  { title: "What", cell: ({ sequence, task }) => <Link to={`/journal/${sequence}`}>{task}</Link> },
                  { title: "Why", cell: ({ issues, evidence }) => whyOf(issues, evidence) },
                ]}
              />
              {next === undefined ? undefined : (
                <Link to="/journal" search={{ link } as never}>
                  All entries of it
                </Link>
              )}
            </>
          )
        }
      </Loaded>
    </Section>
  );
}

function whyOf(issues: readonly string[], evidence: unknown): string {
  const { reason, message } = (evidence ?? {}) as { readonly reason?: unknown; readonly message?: unknown };
  const said = [reason, message].find((text) => typeof text === "string");
  return typeof said === "string" ? said : issues.join("; ");
}
