import { CopyButton } from "./copy-button.tsx";
import "./cli-line.css";

/** The command that shows or does the same, to be copied. `Page` draws the one of the page; use it beside a single thing. */
export function CliLine({ command }: { readonly command: string }) {
  return (
    <div className="mw-cli">
      <span className="mw-prompt mw-mono" aria-hidden="true">
        $
      </span>
      <code tabIndex={0} aria-label="The same on the command line">
        {command}
      </code>
      <CopyButton text={command} label="Copy the command" />
    </div>
  );
}
