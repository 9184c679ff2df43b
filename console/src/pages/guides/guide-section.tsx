import { memo } from "react";
import { CliLine } from "../../parts/cli-line.tsx";
import { NextStep } from "../../parts/next-step.tsx";
import { RouteLink } from "../../parts/route-link.tsx";
import { Said } from "../../parts/said.tsx";
import { Time } from "../../parts/time.tsx";
import { WhenNear } from "../../parts/when-near.tsx";
import { Correction } from "./correction.tsx";
import type { GuideLine, GuideSection } from "./guide-lines.ts";
import { GuideStateTag } from "./guide-state.tsx";

/** About as high as most lines are. */
const rowHeight = 92;

/** One section of a guide. Hundreds of lines take too long to draw at once: those far below the view come as one gets there. */
export function GuideSectionCard({ section }: { readonly section: GuideSection }) {
  const { guide, title, lines } = section;
  const done = lines.filter(({ state }) => state === "done" || state === "not-applicable").length;
  return (
    <section className="mw-card mw-guide" aria-label={`Guide ${guide}: ${title}`}>
      <h2>
        <span className="mw-dim">{guide}</span> {title}
        <span className="mw-dim mw-guide-sum">
          {done} of {lines.length} settled
        </span>
      </h2>
      <WhenNear height={lines.length * rowHeight}>
        <ul>
          {lines.map((line) => (
            <Row key={line.id} line={line} />
          ))}
        </ul>
      </WhenNear>
    </section>
  );
}

// Read anew each minute; a line that stayed as it was need not be drawn again.
const Row = memo(function GuideRow({ line }: { readonly line: GuideLine }) {
  const { id, says, state, why, today, act, correction } = line;
  return (
    <li className="mw-guide-line">
      <span className="mw-guide-id mw-dim">{id}</span>
      <div className="mw-guide-what">
        <RouteLink route={`/guides/${id}`}>{says}</RouteLink>
        <span className="mw-dim">
          <Said text={why} />
        </span>
        <CliLine command={today} />
        {correction === undefined ? undefined : <Correction of={correction} />}
      </div>
      <div className="mw-guide-stands">
        <GuideStateTag of={state} />
        <Evidence line={line} />
      </div>
      <NextStep next={act} about={`${id} ${says}`} />
    </li>
  );
});

/** When it was last shown, and when it comes due. */
function Evidence({ line: { lastEvidence, dueAt } }: { readonly line: GuideLine }) {
  return (
    <span className="mw-dim mw-guide-when">
      {lastEvidence === undefined ? (
        "no evidence"
      ) : (
        <span title={lastEvidence.text}>
          {lastEvidence.entry === undefined ? (
            "shown "
          ) : (
            <>
              <RouteLink route={`/journal/${lastEvidence.entry}`}>entry {lastEvidence.entry}</RouteLink>{" "}
            </>
          )}
          <Time at={lastEvidence.at} />
        </span>
      )}
      {dueAt === undefined ? undefined : (
        <span>
          due <Time at={dueAt} />
        </span>
      )}
    </span>
  );
}
