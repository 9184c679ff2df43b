import { memo } from "react";
import { NextStep } from "../../parts/next-step.tsx";
import { hintOf } from "../../parts/next-words.ts";
import { RouteLink } from "../../parts/route-link.tsx";
import { Said } from "../../parts/said.tsx";
import { Severity } from "../../parts/severity.tsx";
import { Time } from "../../parts/time.tsx";
import { Also } from "./also.tsx";
import type { Line } from "./line-kinds.ts";

interface LineRowProps {
  readonly line: Line;
  /** Of a list that is drawn in part: which of how many it is, and where it stands, in pixels from the list's head. */
  readonly index?: number;
  readonly count?: number;
  readonly place?: number;
  readonly measure?: (row: Element | null) => void;
}

/** One thing that somebody should know of. Read anew with each change on the server, it is drawn anew only when it is another one. */
export const LineRow = memo(function LineRow({ line, index, count, place, measure }: LineRowProps) {
  const { severity, environment, title, why, since, next } = line;
  const hint = hintOf(next);
  return (
    <li
      className="mw-line"
      ref={measure}
      data-index={index}
      aria-setsize={count}
      aria-posinset={index === undefined ? undefined : index + 1}
      style={place === undefined ? undefined : { transform: `translateY(${place}px)` }}
    >
      <Severity of={severity} />
      <div className="mw-line-what">
        <RouteLink route={next.route}>{title}</RouteLink>
        <span className="mw-dim">
          <Said text={why} />
        </span>
        {hint === undefined ? undefined : (
          <span className="mw-line-next" title={hint}>
            Next: <Said text={hint} />
          </span>
        )}
        <Also of={line} />
      </div>
      <div className="mw-line-where">
        <span>{environment ?? "whole platform"}</span>
        <span className="mw-dim">{since === null ? "" : <Time at={since} />}</span>
      </div>
      <NextStep next={next} about={title} environment={environment ?? undefined} />
    </li>
  );
});
