import { Link } from "@tanstack/react-router";
import { Page } from "../parts/page.tsx";

/** An address that leads nowhere. */
export function NotFound() {
  return (
    <Page title="There is no such page" cli={undefined} why="The address leads nowhere: it may be old or mistyped.">
      <p style={{ margin: 0 }}>
        <Link to="/">Go to the first page</Link>, or press Ctrl K.
      </p>
    </Page>
  );
}
