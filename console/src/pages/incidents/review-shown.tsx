import { Link } from "@tanstack/react-router";
import { Section } from "../../parts/facts.tsx";
import { SmallTable } from "../../parts/small-table.tsx";
import { Time } from "../../parts/time.tsx";
import type { WholeIncident } from "./incident-page.tsx";
import "./incidents.css";

/** What came of looking back, and what follows from it. */
export function ReviewShown({ review }: { readonly review: NonNullable<WholeIncident["review"]> }) {
  return (
    <Section title="Review">
      <p className="mw-dim" style={{ margin: "0 0 8px" }}>
        by {review.by.name}, <Time at={review.at} show="both" />
      </p>
      <dl className="mw-review">
        {review.answers.map(({ question, answer }) => (
          <div key={question}>
            <dt>{question}</dt>
            <dd>{answer === "" ? <span className="mw-dim">no answer</span> : answer}</dd>
          </div>
        ))}
      </dl>
      {review.actions.length === 0 ? undefined : (
        <SmallTable
          label="What follows"
          rows={review.actions}
          keyOf={({ debt }) => debt}
          stacks
          columns={[
            { title: "What follows", cell: ({ what, debt }) => <Link to={`/work/${debt}`}>{what}</Link> },
            { title: "Who", cell: ({ who }) => who },
            { title: "Until", cell: ({ until }) => until },
          ]}
        />
      )}
    </Section>
  );
}
