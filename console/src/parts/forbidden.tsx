import { CliLine } from "./cli-line.tsx";
import { command } from "./command.ts";
import { Notice } from "./notice.tsx";

/** In place of what needs a role that is missing. */
export function Forbidden({
  needs,
  environment,
  detail,
}: {
  readonly needs: string;
  /** Where it is missing; the whole platform when left out. */
  readonly environment?: string | undefined;
  readonly detail?: string;
}) {
  return (
    <Notice tone="grey" icon="lock" title={`This needs the role ${needs}`}>
      <p>{detail ?? `You do not have the role ${needs} here.`}</p>
      <p>An administrator gives roles in the server's configuration (access), or makes a token that has it:</p>
      <CliLine command={command`millwright token create NAME --roles ${`${environment ?? "*"}=${needs}`}`} />
    </Notice>
  );
}
