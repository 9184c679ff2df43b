import type { GuideLine } from "./guide-lines.ts";
import { linkOf } from "./guide-lines.ts";

/** Where the guide is wrong: what holds instead, and where that was read. */
export function Correction({ of: { text, source } }: { readonly of: NonNullable<GuideLine["correction"]> }) {
  const link = linkOf(source);
  return (
    <p className="mw-correction">
      <strong>The guide is mended here:</strong> {text}{" "}
      <span className="mw-correction-source">
        {link === undefined ? (
          source
        ) : (
          <a href={link} target="_blank" rel="noreferrer">
            {source}
          </a>
        )}
      </span>
    </p>
  );
}
