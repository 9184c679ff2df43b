import type { Reply } from "../../api/types.ts";
import { Section } from "../../parts/facts.tsx";
import { RouteLink } from "../../parts/route-link.tsx";
import { State } from "../../parts/state.tsx";
import { Time } from "../../parts/time.tsx";

type Component = Reply<"/components/{name}">;

/** Work, runs and entries of the journal that name it. */
export function Happenings({ work, runs, journal }: Pick<Component, "work" | "runs" | "journal">) {
  return (
    <div className="mw-beside">
      <Section title="Work">
        {work.length === 0 ? <None of="work order" /> : undefined}
        <ul className="mw-plain-list">
          {work.map(({ id, title, state, createdAt, environment }) => (
            <li key={id}>
              <State of={state} /> <RouteLink route={`/work/${id}`}>{title}</RouteLink>{" "}
              <span className="mw-dim">
                {environment ?? "whole platform"}, <Time at={createdAt} />
              </span>
            </li>
          ))}
        </ul>
      </Section>
      <Section title="Runs">
        {runs.length === 0 ? <None of="run" /> : undefined}
        <ul className="mw-plain-list">
          {runs.map(({ id, title, state, createdAt, environment }) => (
            <li key={id}>
              <State of={state} /> <RouteLink route={`/runs/${id}`}>{title}</RouteLink>{" "}
              <span className="mw-dim">
                {environment}, <Time at={createdAt} />
              </span>
            </li>
          ))}
        </ul>
      </Section>
      <Section title="Journal">
        {journal.length === 0 ? <None of="entry" /> : undefined}
        <ul className="mw-plain-list">
          {journal.map(({ sequence, task, actor, at }) => (
            <li key={sequence}>
              <RouteLink route={`/journal/${sequence}`}>{task}</RouteLink>{" "}
              <span className="mw-dim">
                {actor}, <Time at={at} />
              </span>
            </li>
          ))}
        </ul>
      </Section>
    </div>
  );
}

function None({ of }: { readonly of: string }) {
  return <p className="mw-plain mw-dim">No {of} names it.</p>;
}
