import { SegmentedControl } from "@mantine/core";
import { useDeferredValue, useMemo } from "react";
import { useRead } from "../../api/use-read.ts";
import { Counts } from "../../parts/counts.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Filters, TextFilter } from "../../parts/filters.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Page } from "../../parts/page.tsx";
import { SkeletonCard } from "../../parts/skeletons.tsx";
import { useSearch } from "../../state/use-search.ts";
import { filterOf, type GuideLine, guideNames, sectionsOf, stateOf, states } from "./guide-lines.ts";
import { GuideSectionCard } from "./guide-section.tsx";
import "./guides.css";

/** Both guides, line by line: what each asks for, how it stands, what shows that, and what to type or record today. */
export function GuideList() {
  const [search, setSearch] = useSearch();
  const guides = useRead("/guides", { query: filterOf(search) }, { everySeconds: 60 });
  return (
    <Page
      title="Guides"
      why="What both maintenance guides ask for, line by line: how it stands today and why, what shows it, and what to do."
      cli={guides.cli}
    >
      <States counts={guides.data?.counts} />
      <Filters>
        <SegmentedControl
          aria-label="Guide"
          data={guideNames.map(({ value, label }) => ({ value, label }))}
          value={filterOf(search).guide ?? "both"}
          onChange={(guide) => setSearch({ guide: guide === "both" ? undefined : guide, section: undefined })}
        />
        <TextFilter name="text" label="Find a text" width={220} />
        <TextFilter name="requirement" label="Requirement" width={130} />
      </Filters>
      <Loaded read={guides} skeleton={<Waiting />}>
        {({ items }) => <Sections lines={items} />}
      </Loaded>
    </Page>
  );
}

function Sections({ lines }: { readonly lines: readonly GuideLine[] }) {
  const [search, setSearch] = useSearch();
  // Several hundred lines: what is typed and pressed goes before them.
  const state = stateOf(search);
  const sections = useDeferredValue(useMemo(() => sectionsOf(lines, state), [lines, state]));
  const chosen = search["section"];
  if (sections.length === 0)
    return <Empty title="No line fits this filter">Take a filter out to see more of the guides.</Empty>;
  return (
    <>
      {chosen === undefined ? undefined : (
        <p className="mw-guide-narrowed">
          Only the section <strong>{chosen}</strong>.{" "}
          <button type="button" className="mw-text-button" onClick={() => setSearch({ section: undefined })}>
            Show all sections
          </button>
        </p>
      )}
      {sections.map((section) => (
        <GuideSectionCard key={section.id} section={section} />
      ))}
    </>
  );
}

function States({ counts }: { readonly counts: Readonly<Record<GuideLine["state"], number>> | undefined }) {
  return (
    <Counts
      label="Lines by state"
      name="state"
      of={states.map(({ state, title }) => ({ value: state, count: counts?.[state], words: title }))}
    />
  );
}

function Waiting() {
  return (
    <>
      <SkeletonCard height={520} />
      <SkeletonCard height={520} />
    </>
  );
}
