import { Link } from "@tanstack/react-router";
import { Notice } from "../parts/notice.tsx";

/** An address that leads nowhere. */
export function NotFound() {
  return (
    <div className="mw-page">
      <Notice tone="grey" icon="question" title="There is no such page">
        <p>
          The address leads nowhere: it may be old or mistyped. <Link to="/">Go to the first page</Link>, or press Ctrl
          K.
        </p>
      </Notice>
    </div>
  );
}
