import { type SaidPart, saidParts } from "./said-parts.ts";
import { Time } from "./time.tsx";

/** A sentence of the server's; the moments in it are shown in the zone on screen, commands as such. */
export function Said({ text }: { readonly text: string }) {
  return (
    <>
      {saidParts(text).map((part, index) => (
        // A sentence's parts have no other name than their place.
        // oxlint-disable-next-line react/no-array-index-key
        <Part key={index} of={part} />
      ))}
    </>
  );
}

function Part({ of: { kind, text } }: { readonly of: SaidPart }) {
  switch (kind) {
    case "moment":
      return <Time at={text} show="exact" />;
    case "code":
      return <code className="mw-mono">{text}</code>;
    case "words":
      return <span>{text}</span>;
  }
}
