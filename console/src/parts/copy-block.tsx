import { ActionIcon } from "@mantine/core";
import { useState } from "react";
import { Icon } from "./icon.tsx";
import "./copy-block.css";

/** Several lines of plain text, a log or a file's, to be read and copied. */
export function CopyBlock({ text, label }: { readonly text: string; readonly label: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <div className="mw-block">
      <pre tabIndex={0} aria-label={label}>
        {text}
      </pre>
      <ActionIcon aria-label={copied ? "Copied" : `Copy: ${label}`} onClick={() => void copy()}>
        <Icon name={copied ? "check" : "copy"} />
      </ActionIcon>
    </div>
  );
}
