import { CliLine } from "./cli-line.tsx";
import { Notice } from "./notice.tsx";

/** In place of what needs a role that is missing. */
export function Forbidden({ needs, detail }: { readonly needs: string; readonly detail?: string }) {
  return (
    <Notice tone="grey" icon="lock" title={`This needs the role ${needs}`}>
      <p>{detail ?? `You do not have the role ${needs} here.`}</p>
      <p>An administrator gives roles in the server's configuration (access), or makes a token that has it:</p>
      <CliLine command={`millwright token create NAME --roles '*=${needs}'`} />
    </Notice>
  );
}
