import { useRead } from "../../api/use-read.ts";
import { CliLine } from "../../parts/cli-line.tsx";
import { command } from "../../parts/command.ts";
import { counted } from "../../parts/counted.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { SkeletonLines } from "../../parts/skeletons.tsx";
import { SmallTable } from "../../parts/small-table.tsx";
import { Time } from "../../parts/time.tsx";
import { AskFirst } from "./ask-first.tsx";

export function Debris({ environment }: { readonly environment: string }) {
  return (
    <AskFirst
      action="Look for debris"
      says="What interrupted runs left: it is never called a backup."
      command={command`millwright backup debris --environment ${environment}`}
    >
      <Found environment={environment} />
    </AskFirst>
  );
}

function Found({ environment }: { readonly environment: string }) {
  const debris = useRead("/backups/debris", { query: { environment } }, { everySeconds: 0 });
  return (
    <div className="mw-bk-stack">
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
                <CliLine command={command`millwright backup clean --environment ${environment}`} />
              </>
            )}
            {others === 0 ? undefined : (
              <p className="mw-bk-plain mw-dim">
                {counted(others, "snapshot")} of others {others === 1 ? "is" : "are"} left alone.
              </p>
            )}
          </>
        )}
      </Loaded>
      <CliLine command={debris.cli ?? command`millwright backup debris --environment ${environment}`} />
    </div>
  );
}
