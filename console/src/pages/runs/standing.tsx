import { Link } from "@tanstack/react-router";
import { counted } from "../../parts/counted.ts";
import { Facts, Section } from "../../parts/facts.tsx";
import { Tag } from "../../parts/tag.tsx";
import { Time, useNow } from "../../parts/time.tsx";
import { durationText } from "../../parts/time-text.ts";
import type { Run } from "./run-page.tsx";
import { RunState } from "./run-state.tsx";
import { hasEnded, secondsOf } from "./run-words.ts";

/** Where a run stands, for whom, and how far it is. */
export function Standing({ run }: { readonly run: Run }) {
  const now = useNow();
  return (
    <Section title="Where it stands">
      <div className="mw-run-standing">
        <RunState of={run} />
        {run.mode === "shadow" ? <Tag tone="grey">shadow: nothing outside is changed</Tag> : undefined}
        {run.direction === "undo" ? <Tag tone="yellow">taking back</Tag> : undefined}
        {run.wanted === null ? undefined : <Tag tone="yellow">{run.wanted} asked for</Tag>}
        <progress
          aria-label={`${done(run)} of ${counted(run.steps, "step")} behind it`}
          max={run.steps}
          value={done(run)}
        />
        <span className="mw-dim">
          {done(run)} of {counted(run.steps, "step")}
        </span>
      </div>
      <Facts
        of={{
          Environment: run.environment,
          Procedure: (
            <>
              {run.title} <span className="mw-mono mw-dim">{run.procedure}</span>
            </>
          ),
          "Asked for": (
            <>
              by {run.requestedBy.name}, <Time at={run.createdAt} show="both" />
            </>
          ),
          "Goes on": run.wakeAt === null ? undefined : <Time at={run.wakeAt} show="both" />,
          Ended: run.endedAt === null ? undefined : <Time at={run.endedAt} show="both" />,
          Took: `${durationText(secondsOf(run, now))}${hasEnded(run) ? "" : " so far"}`,
          "Belongs to": Object.keys(run.links).length === 0 ? undefined : <Links of={run.links} />,
        }}
      />
    </Section>
  );
}

function done({ position, steps, direction, plan }: Run): number {
  if (direction === "undo") return plan.filter(({ outcome, undone }) => outcome === "done" && !undone).length;
  return Math.min(Math.max(position, 0), steps);
}

/** Where the things that runs belong to have their pages. */
const pageOf: Readonly<Record<string, string>> = {
  workOrder: "/work",
  incident: "/incidents",
  finding: "/findings",
  component: "/components",
};

function Links({ of: links }: { readonly of: Run["links"] }) {
  return (
    <>
      {Object.entries(links).map(([name, id]) => (
        <div key={name}>
          {/^https?:\/\//.test(id) ? (
            <>
              {name}{" "}
              <a href={id} rel="noreferrer" target="_blank">
                {id}
              </a>
            </>
          ) : pageOf[name] === undefined ? (
            `${name} ${id}`
          ) : (
            <Link to={`${pageOf[name]}/${id}`}>{`${name} ${id}`}</Link>
          )}
        </div>
      ))}
    </>
  );
}
