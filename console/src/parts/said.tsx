import { saidParts } from "./said-parts.ts";
import { Time } from "./time.tsx";

/** A sentence of the server's; the moments in it are shown in the zone on screen. */
export function Said({ text }: { readonly text: string }) {
  return (
    <>
      {saidParts(text).map((part, index) =>
        // A sentence's parts have no other name than their place.
        // oxlint-disable-next-line react/no-array-index-key
        part.isMoment ? <Time key={index} at={part.text} show="exact" /> : <span key={index}>{part.text}</span>,
      )}
    </>
  );
}
