import { useState } from "react";
import "./few.css";

const most = 5;

/** Names in a sentence: of many the first, and the rest when somebody wants them. */
export function Few({ of: names }: { readonly of: readonly string[] }) {
  const [all, setAll] = useState(false);
  // One more takes no more room than to say that there is one more.
  if (names.length <= most + 1) return <>{names.join(", ")}</>;
  return (
    <span className="mw-few">
      {(all ? names : names.slice(0, most)).join(", ")}{" "}
      <button type="button" aria-expanded={all} onClick={() => setAll(!all)}>
        {all ? "show fewer" : `and ${names.length - most} more`}
      </button>
    </span>
  );
}
