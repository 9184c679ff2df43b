import { Button } from "@mantine/core";
import { useState } from "react";
import { useRead } from "../../api/use-read.ts";
import { CliLine } from "../../parts/cli-line.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { SkeletonLines } from "../../parts/skeletons.tsx";
import { SmallTable } from "../../parts/small-table.tsx";
import { Time } from "../../parts/time.tsx";

/** The repository is asked, which takes seconds: so only who wants to know asks. */
export function Debris({ environment }: { readonly environment: string }) {
  const [asked, setAsked] = useState(false);
  const debris = useRead("/backups/debris", { query: { environment } }, { enabled: asked, everySeconds: 0 });
  return (
    <div className="mw-bk-stack">
      {asked ? (
        <Loaded read={debris} skeleton={<SkeletonLines lines={3} />}>
          {({ items, others }) => (
            <>
              {items.length === 0 ? (
                <p className="mw-bk-plain">Nothing lies there that an interrupted run left.</p>
              ) : (
                <>
                  <SmallTable
                    label="Debris: no backups"
                    stacks
                    rows={items}
                    keyOf={({ snapshot }) => snapshot}
                    columns={[
                      {
                        title: "Snapshot",
                        cell: ({ snapshot }) => <span className="mw-mono">{snapshot.slice(0, 8)}</span>,
                      },
                      { title: "Store", cell: ({ store }) => store },
                      { title: "Stored", cell: ({ at }) => <Time at={at} show="exact" /> },
                      { title: "Why it is no backup", cell: ({ why }) => why },
                    ]}
                  />
                  <CliLine command={`millwright backup clean --environment ${environment}`} />
                </>
              )}
              {others === 0 ? undefined : (
                <p className="mw-bk-plain mw-dim">{others} snapshots of others are left alone.</p>
              )}
            </>
          )}
        </Loaded>
      ) : (
        <div className="mw-bk-bar">
          <Button variant="default" onClick={() => setAsked(true)}>
            Look for debris
          </Button>
          <span className="mw-dim">What interrupted runs left: it is never called a backup.</span>
        </div>
      )}
    </div>
  );
}
