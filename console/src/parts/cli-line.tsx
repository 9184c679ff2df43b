import { ActionIcon } from "@mantine/core";
import { useState } from "react";
import { Icon } from "./icon.tsx";
import "./cli-line.css";

/** The command that shows or does the same, to be copied. `Page` draws the one of the page; use it beside a single thing. */
export function CliLine({ command }: { readonly command: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(command);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <div className="mw-cli">
      <span className="mw-prompt mw-mono" aria-hidden="true">
        $
      </span>
      <code tabIndex={0} aria-label="The same on the command line">
        {command}
      </code>
      <ActionIcon aria-label={copied ? "Copied" : "Copy the command"} onClick={() => void copy()}>
        <Icon name={copied ? "check" : "copy"} />
      </ActionIcon>
      <span className="mw-hidden" role="status">
        {copied ? "Copied" : ""}
      </span>
    </div>
  );
}
