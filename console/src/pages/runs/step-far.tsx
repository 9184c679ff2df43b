import { useNow } from "../../parts/time.tsx";
import { useZone } from "../../state/zone.ts";
import { farWords } from "./far-words.ts";
import { farIn, type LogLine } from "./live-lines.ts";

/** How far the step under way is, where it says so: what it does, how much is behind it, and when it is likely to be over. */
export function StepFar({ lines }: { readonly lines: readonly LogLine[] }) {
  const now = useNow();
  const zone = useZone();
  const said = farIn(lines);
  if (said === undefined) return undefined;
  const { store, percent, whole } = said.far;
  // Of several stores the bar is that of the one whose turn it is.
  const whose = whole === undefined || store === undefined ? "the step" : store;
  return (
    <div className="mw-run-standing">
      <progress aria-label={`How far ${whose} is`} max={100} value={percent} />
      <span className="mw-dim" title={whole?.unknown}>
        {farWords({ ...said, now, zone })}
      </span>
    </div>
  );
}
