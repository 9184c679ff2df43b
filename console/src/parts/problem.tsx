import { Button } from "@mantine/core";
import type { CallError } from "../api/problem.ts";
import { Forbidden } from "./forbidden.tsx";
import { Notice } from "./notice.tsx";

/** What went wrong with a read or a write, why, and what to do. A role that is missing is said as such. */
export function Problem({ error, retry }: { readonly error: CallError; readonly retry?: (() => void) | undefined }) {
  const missing = error.missingRole;
  if (missing !== undefined)
    return <Forbidden needs={missing.role} environment={missing.environment} detail={error.message} />;
  // What is not there does not come by being asked for again.
  const again = retry === undefined || error.status === 404 ? undefined : <Button onClick={retry}>Try again</Button>;
  return (
    <Notice tone="red" icon={error.status === 404 ? "question" : "incidents"} title={error.title} actions={again} alert>
      <p>{error.message}</p>
      {error.errors.length > 0 && (
        <ul>
          {error.errors.map(({ where, problem }) => (
            <li key={`${where}${problem}`}>
              <code>{where}</code>: {problem}
            </li>
          ))}
        </ul>
      )}
      <p>
        <strong>What to do:</strong> {error.toDo}
      </p>
      {error.where === undefined ? undefined : (
        <p className="mw-dim mw-mono">
          {error.where}
          {error.instance === undefined ? "" : ` · ${error.instance}`}
        </p>
      )}
    </Notice>
  );
}
