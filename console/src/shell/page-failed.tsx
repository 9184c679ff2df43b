import { Button } from "@mantine/core";
import { Notice } from "../parts/notice.tsx";

/** A page that broke, or could not be fetched because the server was updated meanwhile. */
export function PageFailed({ error }: { readonly error: unknown }) {
  const fetching =
    error instanceof Error && /dynamically imported module|Importing a module script/i.test(error.message);
  return (
    <div className="mw-page">
      <Notice
        tone="red"
        icon="incidents"
        alert
        title={fetching ? "This page could not be fetched" : "This page broke"}
        actions={<Button onClick={() => window.location.reload()}>Load it again</Button>}
      >
        <p>
          {fetching
            ? "The server was not reached, or it was updated since this window was opened."
            : "That is a fault of the console; nothing was changed. The command line shows the same."}
        </p>
        {fetching || !(error instanceof Error) ? undefined : <p className="mw-mono mw-dim">{error.message}</p>}
      </Notice>
    </div>
  );
}
