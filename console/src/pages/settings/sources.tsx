import { useRead } from "../../api/use-read.ts";
import { useWrite } from "../../api/use-write.ts";
import { command } from "../../parts/command.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { counted } from "../../parts/counted.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { NotSetUp } from "../../parts/not-set-up.tsx";
import { SkeletonCard } from "../../parts/skeletons.tsx";
import { SmallTable } from "../../parts/small-table.tsx";
import { Time } from "../../parts/time.tsx";

/** What is looked at, when it was last, and what could not be understood: findings are worth as much as this. */
export function Sources() {
  const sources = useRead("/sources", {});
  return (
    <Loaded read={sources} skeleton={<SkeletonCard height={220} />}>
      {({ sources: rows }) =>
        rows.length === 0 ? (
          <NotSetUp
            what="A source"
            how="Nothing was looked at yet. Name repositories, clusters or endpoints in the server's file, or give a folder to serve."
            command="millwright serve DIR"
          />
        ) : (
          <SmallTable
            label="Sources"
            rows={rows}
            keyOf={({ source }) => source}
            stacks
            columns={[
              { title: "Source", cell: ({ source }) => <span className="mw-mono">{source}</span> },
              { title: "Last look", cell: ({ at }) => <Time at={at} show="both" /> },
              {
                title: "What it showed",
                cell: ({ findings, suppressed, unknown, rules }) =>
                  `${findings} ${findings === 1 ? "finding" : "findings"} by ${rules} ${rules === 1 ? "rule" : "rules"}; ${suppressed} suppressed, ${unknown} not known`,
              },
              { title: "Not understood", cell: ({ problems }) => <Problems of={problems} /> },
              { title: "", cell: ({ source }) => <Reread source={source} /> },
            ]}
          />
        )
      }
    </Loaded>
  );
}

function Problems({ of: problems }: { readonly of: readonly string[] }) {
  if (problems.length === 0) return <span className="mw-dim">nothing</span>;
  return (
    <details>
      <summary>{counted(problems.length, "thing")}</summary>
      <ul style={{ margin: "4px 0 0", paddingLeft: 16 }}>
        {problems.map((problem) => (
          <li key={problem}>{problem}</li>
        ))}
      </ul>
    </details>
  );
}

function Reread({ source }: { readonly source: string }) {
  const reread = useWrite("post", "/repositories/{name}/reread");
  const [, name] = /^repository:(.+)$/.exec(source) ?? [];
  if (name === undefined) return undefined;
  return (
    <Confirm
      action="Read again"
      effect="own"
      needs="operator"
      send={() => reread.send({ path: { name } })}
      write={reread}
      cli={command`millwright repository reread ${name}`}
    >
      <p style={{ margin: 0 }}>A worker reads {name} again now, rather than at its next turn. It takes some seconds.</p>
    </Confirm>
  );
}
