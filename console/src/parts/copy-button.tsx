import { ActionIcon } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { Icon } from "./icon.tsx";

/** Copies a text and says that it did; where the browser refuses, that it could not. */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const { copy, copied, error } = useClipboard({ timeout: 1500 });
  const says = copied ? "Copied" : error === null ? "" : "This browser does not let the page copy it";
  return (
    <>
      <ActionIcon
        aria-label={copied ? "Copied" : label}
        title={says === "" ? undefined : says}
        onClick={() => copy(text)}
      >
        <Icon name={copied ? "check" : error === null ? "copy" : "cross"} />
      </ActionIcon>
      <span className="mw-hidden" role="status">
        {says}
      </span>
    </>
  );
}
