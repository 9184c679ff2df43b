import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { CliLine } from "../../parts/cli-line.tsx";

/** The repository itself is asked, which takes seconds: so only who wants to know asks. The children stand in its place then. */
export function AskFirst(props: {
  readonly action: string;
  /** What asking tells, beside the button. */
  readonly says?: string;
  readonly command: string;
  readonly children: ReactNode;
}) {
  const [asked, setAsked] = useState(false);
  // The button is gone then, and the keyboard would be nowhere.
  if (asked)
    return (
      <div className="mw-bk-asked" tabIndex={-1} ref={takeFocus}>
        {props.children}
      </div>
    );
  return (
    <div className="mw-bk-stack">
      <div className="mw-bk-bar">
        <Button variant="default" onClick={() => setAsked(true)}>
          {props.action}
        </Button>
        {props.says === undefined ? undefined : <span className="mw-dim">{props.says}</span>}
      </div>
      <CliLine command={props.command} />
    </div>
  );
}

function takeFocus(element: HTMLElement | null): void {
  element?.focus({ preventScroll: true });
}
