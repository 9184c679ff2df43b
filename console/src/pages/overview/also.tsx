import { RouteLink } from "../../parts/route-link.tsx";
import { alsoWords } from "./also-words.ts";
import type { Line } from "./line-kinds.ts";

const most = 3;

/** What else the same event shows itself as: the finding of an incident, the work for it. */
export function Also({ of: { title, also = [] } }: { readonly of: Pick<Line, "title" | "also"> }) {
  if (also.length === 0) return undefined;
  const left = also.length - most;
  return (
    <span className="mw-also">
      <span className="mw-dim">The same event: </span>
      {also.slice(0, most).map((one, index) => (
        <span key={one.id}>
          {index === 0 ? "" : ", "}
          <RouteLink route={one.route}>{alsoWords(one, title)}</RouteLink>
        </span>
      ))}
      {left > 0 ? <span className="mw-dim"> and {left} more</span> : undefined}
    </span>
  );
}
