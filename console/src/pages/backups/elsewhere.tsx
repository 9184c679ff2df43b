import type { Reply } from "../../api/types.ts";
import { useRead } from "../../api/use-read.ts";
import { CliLine } from "../../parts/cli-line.tsx";
import { command } from "../../parts/command.ts";
import type { IconName } from "../../parts/icon.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Said } from "../../parts/said.tsx";
import { SkeletonLines } from "../../parts/skeletons.tsx";
import { SmallTable } from "../../parts/small-table.tsx";
import { Tag, type Tone } from "../../parts/tag.tsx";
import { Time } from "../../parts/time.tsx";
import { AskFirst } from "./ask-first.tsx";
import { OutcomeTag } from "./standing-tag.tsx";

type Second = Reply<"/backups/second">;

/** The copy in another region: what arrived there. Both repositories are asked. */
export function Elsewhere({ environment }: { readonly environment: string }) {
  return (
    <AskFirst
      action="Look into the second repository"
      says="What arrived in the copy elsewhere, and what did not."
      command={command`millwright backup elsewhere --environment ${environment}`}
    >
      <Found environment={environment} />
    </AskFirst>
  );
}

function Found({ environment }: { readonly environment: string }) {
  const second = useRead("/backups/second", { query: { environment } }, { everySeconds: 0 });
  return (
    <div className="mw-bk-stack">
      <Loaded read={second} skeleton={<SkeletonLines lines={4} />}>
        {(found) => <Arrived of={found} />}
      </Loaded>
      <CliLine command={second.cli ?? command`millwright backup elsewhere --environment ${environment}`} />
    </div>
  );
}

const looks: Readonly<Record<Second["state"], readonly [Tone, IconName]>> = {
  current: ["green", "check"],
  arriving: ["blue", "clock"],
  late: ["orange", "clock"],
  failed: ["red", "cross"],
  none: ["red", "minus"],
  unknown: ["grey", "question"],
  "not-declared": ["grey", "minus"],
};

function Arrived({ of: { state, words, newest, lastArrival, immutable } }: { readonly of: Second }) {
  const [tone, icon] = looks[state];
  if (state === "not-declared")
    return (
      <p className="mw-bk-plain">
        No second repository is declared: what happens to the first happens to all backups. Name one in another region
        under <code>second</code> (docs/backups.md).
      </p>
    );
  return (
    <>
      <p className="mw-bk-plain">
        Second repository:{" "}
        <Tag tone={tone} icon={icon}>
          {state}
        </Tag>{" "}
        <Said text={words} />
        {lastArrival === null ? undefined : (
          <span className="mw-dim">
            {" "}
            last looked <Time at={lastArrival} show="both" />
          </span>
        )}
      </p>
      {immutable === null ? undefined : (
        <p className="mw-bk-plain">
          Declared not to be changed: <OutcomeTag of={immutable.state} /> <Said text={immutable.words} />
        </p>
      )}
      {newest.length === 0 ? undefined : (
        <SmallTable
          label="Newest in the second repository"
          stacks
          rows={newest}
          keyOf={({ store }) => store}
          columns={[
            { title: "Store", cell: ({ store }) => store },
            { title: "Newest there", cell: ({ takenAt }) => <Time at={takenAt} show="both" /> },
            { title: "Backup", cell: ({ id }) => <span className="mw-mono">{id}</span> },
          ]}
        />
      )}
    </>
  );
}
