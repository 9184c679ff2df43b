import type { ReactNode } from "react";
import { CliLine } from "./cli-line.tsx";
import { Notice } from "./notice.tsx";

/** Something has no source yet. `how` says what to write where; `command` is what to run, if there is one. */
export function NotSetUp({
  what,
  how,
  command,
}: {
  readonly what: string;
  readonly how: ReactNode;
  readonly command?: string;
}) {
  return (
    <Notice tone="grey" icon="question" title={`${what} is not set up`}>
      <p>{how}</p>
      {command === undefined ? undefined : <CliLine command={command} />}
    </Notice>
  );
}
