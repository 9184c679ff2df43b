import { CliLine } from "../../parts/cli-line.tsx";
import { NextStep } from "../../parts/next-step.tsx";
import { hintOf } from "../../parts/next-words.ts";
import { RouteLink } from "../../parts/route-link.tsx";
import { Said } from "../../parts/said.tsx";
import { Severity } from "../../parts/severity.tsx";
import { Time } from "../../parts/time.tsx";
import { Also } from "./also.tsx";
import type { Line } from "./line-kinds.ts";

/** One of the worst: what, where, why, and the button that begins to mend it. */
export function WorstCard({ line }: { readonly line: Line }) {
  const { severity, environment, title, why, since, next } = line;
  const hint = hintOf(next);
  return (
    <li className="mw-card" data-severity={severity}>
      <p className="mw-worst-head">
        <Severity of={severity} />
        <span>{environment ?? "the whole platform"}</span>
        {since === null ? undefined : (
          <span className="mw-dim">
            <Time at={since} />
          </span>
        )}
      </p>
      <h2>
        <RouteLink route={next.route}>{title}</RouteLink>
      </h2>
      <p className="mw-worst-why">
        <Said text={why} />
      </p>
      {hint === undefined ? undefined : (
        <p className="mw-worst-next">
          <span className="mw-dim">Next: </span>
          <Said text={hint} />
        </p>
      )}
      <Also of={line} />
      <div className="mw-worst-foot">
        <NextStep next={next} about={title} environment={environment ?? undefined} primary />
        <CliLine command={next.cli} />
      </div>
    </li>
  );
}
