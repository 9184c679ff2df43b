import { Section } from "../../parts/facts.tsx";
import { Tag, type Tone } from "../../parts/tag.tsx";
import { Time } from "../../parts/time.tsx";
import type { WholeIncident } from "./incident-page.tsx";
import "./incidents.css";

/** What stands out of the rest: what is bad, what is skipped, what is over. */
const tones: Readonly<Record<string, Tone>> = {
  opened: "orange",
  raised: "red",
  reopened: "red",
  override: "red",
  alert: "orange",
  recovered: "green",
  relapsed: "red",
  acknowledged: "blue",
  resolved: "green",
  closed: "green",
};

/** What happened, in the order it was written down. */
export function Timeline({ of: events }: { readonly of: WholeIncident["timeline"] }) {
  return (
    <Section title="Timeline">
      <ol className="mw-timeline">
        {events.map(({ number, at, kind, actor, text }) => (
          <li key={number}>
            <Time at={at} show="exact" />
            <div>
              <Tag tone={tones[kind] ?? "grey"}>{kind}</Tag> <span className="mw-dim">{actor.name}</span>
              <p>{text}</p>
            </div>
          </li>
        ))}
      </ol>
    </Section>
  );
}
