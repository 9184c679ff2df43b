import { Button } from "@mantine/core";
import { useEffect } from "react";
import { CliLine } from "../parts/cli-line.tsx";
import { useLogOut } from "./use-log-out.ts";

/** The whole screen of somebody who is logged in and may see nothing: what is missing, who gives it, and the way out. */
export function NoRole({ lookAgain }: { readonly lookAgain: () => void }) {
  const leave = useLogOut();
  useEffect(() => {
    document.title = "No role · Millwright";
  }, []);
  return (
    <main className="mw-login">
      <div className="mw-card">
        <h1>You have no role here yet</h1>
        <p>
          You are logged in, and even to look takes the role viewer, everywhere or in one environment. Nobody gave you
          one.
        </p>
        <p>
          An administrator names you, or a group of yours, under <code>access</code> in millwright.server.yaml, or makes
          a token that has a role:
        </p>
        <CliLine command="millwright token create NAME --roles '*=viewer'" />
        <p className="mw-dim">Roles by the login service count from the next login on: log out, then log in again.</p>
        <div className="mw-notice-actions">
          <Button onClick={() => void leave()}>Log out</Button>
          <Button variant="default" onClick={lookAgain}>
            Look again
          </Button>
        </div>
      </div>
    </main>
  );
}
