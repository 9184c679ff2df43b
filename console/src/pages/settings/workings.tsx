import type { Reply } from "../../api/types.ts";
import { CliLine } from "../../parts/cli-line.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Facts, Section } from "../../parts/facts.tsx";
import { Notice } from "../../parts/notice.tsx";
import { SkeletonCard } from "../../parts/skeletons.tsx";
import { SmallTable } from "../../parts/small-table.tsx";
import { Tag } from "../../parts/tag.tsx";
import { Time } from "../../parts/time.tsx";
import { durationText } from "../../parts/time-text.ts";
import { useStatus } from "../../state/session.tsx";

/** How the server itself is: its workers and its periodic jobs. */
export function Workings() {
  const status = useStatus();
  if (status === undefined) return <SkeletonCard height={420} />;
  return (
    <>
      {status.problems.length === 0 ? undefined : (
        <Notice tone="orange" icon="incidents" title="What keeps it from working as configured">
          <ul>
            {status.problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </Notice>
      )}
      <Section title={`Millwright ${status.version}, mode ${status.mode}${status.stopped ? ", stopped" : ""}`}>
        {status.workers.length === 0 ? (
          <Notice tone="red" icon="incidents" title="No worker lives">
            <p>Nothing is observed, planned or done. Start one:</p>
            <CliLine command="millwright serve --only worker" />
          </Notice>
        ) : (
          <Facts
            of={Object.fromEntries(
              status.workers.map(({ id, version, startedAt, beatAt }) => [
                id,
                <span key={id}>
                  version {version}, started <Time at={startedAt} />, last heard <Time at={beatAt} />
                </span>,
              ]),
            )}
          />
        )}
      </Section>
      <Jobs of={status.jobs} />
    </>
  );
}

function Jobs({ of: jobs }: { readonly of: Reply<"/status">["jobs"] }) {
  if (jobs.length === 0)
    return (
      <Empty title="No job was ever due" tells={false}>
        The first worker that starts plans them.
      </Empty>
    );
  return (
    <SmallTable
      label="Periodic jobs"
      rows={jobs}
      keyOf={({ id }) => id}
      stacks
      columns={[
        { title: "Job", cell: ({ id }) => <span className="mw-mono">{id}</span> },
        { title: "Every", cell: ({ everySeconds }) => durationText(everySeconds) },
        {
          title: "Last ended",
          cell: ({ finishedAt }) => (finishedAt === null ? "not yet" : <Time at={finishedAt} />),
        },
        {
          title: "Outcome",
          cell: ({ outcome, error, failures }) => (
            <>
              <Tag
                tone={failures > 0 ? "red" : outcome === null ? "grey" : "green"}
                icon={failures > 0 ? "cross" : outcome === null ? "clock" : "check"}
              >
                {outcome ?? "not yet"}
              </Tag>
              {error === null || failures === 0 ? undefined : <div>{`${error} (${failures} in a row)`}</div>}
            </>
          ),
        },
        { title: "Next", cell: ({ dueAt }) => <Time at={dueAt} /> },
        { title: "Turns missed", cell: ({ missed }) => String(missed) },
      ]}
    />
  );
}
