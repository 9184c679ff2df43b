import { Icon } from "../../parts/icon.tsx";
import type { Cell } from "./version-rows.ts";

const healths = {
  healthy: ["check", "healthy"],
  unhealthy: ["cross", "unhealthy"],
  affected: ["incidents", "affected by another"],
  unknown: ["question", "health unknown"],
} as const;

/** A version in an environment, with its health as a sign that says itself. */
export function VersionCell({ of, differs }: { readonly of: Cell | undefined; readonly differs: boolean }) {
  if (of === undefined) return <span className="mw-dim">–</span>;
  const { version, says: standing, isOther, health } = of;
  const [icon, says] = health === null ? [undefined, ""] : healths[health];
  return (
    <div className="mw-two">
      <span className="mw-version" data-differs={differs ? "" : undefined}>
        {icon === undefined ? undefined : (
          <span className="mw-sign" data-health={health} title={says}>
            <Icon name={icon} size={13} />
            <span className="mw-hidden">{says}</span>
          </span>
        )}
        <span className="mw-cut mw-mono">{version ?? "not known"}</span>
      </span>
      <span className="mw-cut mw-standing" data-other={isOther ? "" : undefined}>
        {standing}
      </span>
    </div>
  );
}
