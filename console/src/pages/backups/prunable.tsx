import { Link, useNavigate } from "@tanstack/react-router";
import type { Reply } from "../../api/types.ts";
import { useRead } from "../../api/use-read.ts";
import { useWrite } from "../../api/use-write.ts";
import { CliLine } from "../../parts/cli-line.tsx";
import { command } from "../../parts/command.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { counted } from "../../parts/counted.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { Notice } from "../../parts/notice.tsx";
import { Said } from "../../parts/said.tsx";
import { SkeletonLines } from "../../parts/skeletons.tsx";
import { SmallTable } from "../../parts/small-table.tsx";
import { AskFirst } from "./ask-first.tsx";
import { removalWords } from "./removal-words.ts";
import { sizeText } from "./store-words.ts";

type Shown = Reply<"/backups/prunable">;

/** What retention would remove at this moment. */
export function Prunable({ environment }: { readonly environment: string }) {
  return (
    <AskFirst
      key={environment}
      action="Ask the repository"
      says="It shows and removes nothing. Never removed: the last proven backup of a store, and what a valid receipt or a run names."
      command={command`millwright backup prunable --environment ${environment}`}
    >
      <Found environment={environment} />
    </AskFirst>
  );
}

function Found({ environment }: { readonly environment: string }) {
  const prunable = useRead("/backups/prunable", { query: { environment } }, { everySeconds: 0 });
  return (
    <div className="mw-bk-stack">
      <Loaded read={prunable} skeleton={<SkeletonLines lines={4} />}>
        {(shown) => <Judged shown={shown} environment={environment} />}
      </Loaded>
      <CliLine command={prunable.cli ?? command`millwright backup prunable --environment ${environment}`} />
    </div>
  );
}

function Judged({ shown, environment }: { readonly shown: Shown; readonly environment: string }) {
  const { refused, removed, kept, packs, debris, archives, freesBytes } = shown;
  const nothing = removed.length + packs.length + debris.length + archives.length === 0;
  return (
    <>
      {refused === null ? undefined : (
        <Notice tone="orange" icon="incidents" title="Retention removes nothing">
          <p>{refused}</p>
        </Notice>
      )}
      {nothing ? (
        <p className="mw-bk-plain">It would remove nothing, and keeps {counted(kept.length, "backup")}.</p>
      ) : (
        <>
          {removed.length === 0 ? undefined : <Reasons title="Would be removed" of={removed} />}
          <p className="mw-bk-plain">
            {removalWords(shown)}.{freesBytes === null ? "" : ` That frees ${sizeText(freesBytes)}.`}
          </p>
          <div>
            <Prune shown={shown} environment={environment} />
          </div>
        </>
      )}
      {kept.length === 0 ? undefined : (
        <details>
          <summary>Kept, and why ({kept.length})</summary>
          <Reasons title="Kept" of={kept} />
        </details>
      )}
    </>
  );
}

function Reasons({ title, of }: { readonly title: string; readonly of: Shown["kept"] }) {
  return (
    <SmallTable
      label={title}
      stacks
      rows={of.slice(0, 300)}
      keyOf={({ id }) => id}
      columns={[
        {
          title,
          cell: ({ id }) => (
            <Link to={`/backups/${id}`} className="mw-mono" search={((before: object) => before) as never}>
              {id}
            </Link>
          ),
        },
        { title: "Store", cell: ({ store }) => store },
        { title: "Why", cell: ({ why }) => <Said text={why.join("; ")} /> },
      ]}
    />
  );
}

/** A run: it removes what is shown here and nothing else, and somebody agrees to it where that is asked for. */
function Prune({ shown, environment }: { readonly shown: Shown; readonly environment: string }) {
  const start = useWrite("post", "/backups/prune");
  const navigate = useNavigate();
  const body = {
    environment,
    remove: shown.removed.map(({ id }) => id),
    packs: [...shown.packs],
    debris: shown.debris.map(({ snapshot }) => snapshot),
    points: [...shown.points],
    archives: shown.archives.map(({ object }) => object),
  };
  return (
    <Confirm
      action="Remove these"
      danger
      effect="outside"
      needs="operator"
      environment={environment}
      send={async () => {
        const run = await start.send({ body });
        await navigate({ to: `/runs/${run.id}` });
      }}
      write={start}
      cli={command`millwright backup remove${body}`}
    >
      <p style={{ margin: 0 }}>
        Removed from the repository of {environment} for good, as far as retention still removes it then:{" "}
        {removalWords(shown)}. Its run shows the plan first.
      </p>
    </Confirm>
  );
}
