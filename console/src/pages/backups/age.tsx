import { hoursText } from "./store-words.ts";

/** How old a newest backup is against what may be lost. */
export function Age({ hours, most }: { readonly hours: number | null; readonly most: number | null }) {
  if (hours === null || most === null) return <span className="mw-dim">none</span>;
  return (
    <span className="mw-bk-age" data-late={hours > most ? "" : undefined}>
      <span>
        {hoursText(hours)} <span className="mw-dim">of {hoursText(most)}</span>
      </span>
      <span className="mw-bk-meter" aria-hidden="true">
        <span style={{ width: `${Math.min(100, (hours / most) * 100)}%` }} />
      </span>
    </span>
  );
}
