import "./few.css";

const most = 5;

/** Names in a sentence: of many the first, and the rest when somebody wants them. */
export function Few({ of: names }: { readonly of: readonly string[] }) {
  // One more takes no more room than to say that there is one more.
  if (names.length <= most + 1) return <>{names.join(", ")}</>;
  return (
    <details className="mw-few">
      <summary>
        {names.slice(0, most).join(", ")} <span>and {names.length - most} more</span>
      </summary>
      {names.slice(most).join(", ")}
    </details>
  );
}
