import type { Reply } from "../../api/types.ts";
import type { Read } from "../../api/use-read.ts";
import { Section } from "../../parts/facts.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Said } from "../../parts/said.tsx";
import { SkeletonCard } from "../../parts/skeletons.tsx";
import { SmallTable } from "../../parts/small-table.tsx";
import { Tag } from "../../parts/tag.tsx";
import { type PartItem, rowsOf } from "./part-rows.ts";

export type Settings = Read<Reply<"/settings">>;

/** What works only once it is configured: said plainly, with how. */
export function Parts({ settings }: { readonly settings: Settings }) {
  return (
    <Loaded read={settings} skeleton={<SkeletonCard height={520} />}>
      {({ parts }) => (
        <>
          <SmallTable
            label="What is set up"
            rows={parts}
            keyOf={({ id }) => id}
            stacks
            columns={[
              { title: "Part", cell: ({ title }) => <strong>{title}</strong> },
              {
                title: "State",
                cell: ({ state }) => (
                  <Tag
                    tone={state === "configured" ? "green" : "grey"}
                    icon={state === "configured" ? "check" : "question"}
                  >
                    {state}
                  </Tag>
                ),
              },
              { title: "Now", cell: ({ state, says }) => (says === state ? "" : says) },
              {
                title: "How",
                cell: ({ how, docs }) => (
                  <>
                    <Said text={how} /> <span className="mw-dim mw-mono">{docs}</span>
                  </>
                ),
              },
            ]}
          />
          {parts
            .filter(({ items }) => items.length > 0)
            .map(({ id, title, items }) => (
              <Items key={id} title={title} of={items} />
            ))}
        </>
      )}
    </Loaded>
  );
}

function Items({ title, of }: { readonly title: string; readonly of: readonly PartItem[] }) {
  return (
    <Section title={title}>
      <SmallTable
        label={title}
        rows={rowsOf(of)}
        keyOf={({ component, system }) => `${component} ${system}`}
        stacks
        columns={[
          { title: "Component", cell: ({ component }) => component },
          { title: "System", cell: ({ system }) => system },
          { title: "Environments", cell: ({ environments }) => environments.join(", ") },
        ]}
      />
    </Section>
  );
}
