import { RouteLink } from "../../parts/route-link.tsx";
import type { Line } from "./line-kinds.ts";

const most = 3;

/** What else the same event shows itself as: the finding of an incident, the work for it. */
export function Also({ of = [] }: { readonly of: Line["also"] }) {
  if (of.length === 0) return undefined;
  const left = of.length - most;
  return (
    <span className="mw-also">
      <span className="mw-dim">The same event: </span>
      {of.slice(0, most).map(({ id, title, route }, index) => (
        <span key={id}>
          {index === 0 ? "" : ", "}
          <RouteLink route={route}>{title}</RouteLink>
        </span>
      ))}
      {left > 0 ? <span className="mw-dim"> and {left} more</span> : undefined}
    </span>
  );
}
