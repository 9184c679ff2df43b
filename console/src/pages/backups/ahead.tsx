import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import type { Reply } from "../../api/types.ts";
import { useRead } from "../../api/use-read.ts";
import { counted } from "../../parts/counted.ts";
import { Section } from "../../parts/facts.tsx";
import { DayFilter, Filters } from "../../parts/filters.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Notice } from "../../parts/notice.tsx";
import { Said } from "../../parts/said.tsx";
import { SkeletonCard, SkeletonLines } from "../../parts/skeletons.tsx";
import { SmallTable } from "../../parts/small-table.tsx";
import { Tag } from "../../parts/tag.tsx";
import { Time } from "../../parts/time.tsx";
import { useEnvironment, useSearch } from "../../state/use-search.ts";
import { Prunable } from "./prunable.tsx";
import { hoursText, sizeText } from "./store-words.ts";

type Forecast = Reply<"/backups/forecast">;

/** Of which environment, and on which day. */
export function useAsked(environments: readonly string[]): { readonly environment: string; readonly on: string } {
  const chosen = useEnvironment();
  const [search] = useSearch();
  const [month] = useState(() => new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10));
  const picked = environments.find((one) => one === search["of"]);
  return { environment: chosen ?? picked ?? environments[0] ?? "", on: search["on"] ?? month };
}

/** What will be there on a day, and what retention would remove now. */
export function Ahead({ environments }: { readonly environments: readonly string[] }) {
  const chosen = useEnvironment();
  const [search, setSearch] = useSearch();
  const { environment, on } = useAsked(environments);
  const forecast = useRead("/backups/forecast", { query: { environment, on } }, { enabled: environment !== "" });
  return (
    <>
      <Filters>
        <DayFilter name="on" label="On the day" unset={on} />
        {search["on"] === undefined ? <span className="mw-dim">in 30 days</span> : undefined}
        {chosen === undefined && environments.length > 1 ? (
          <SegmentedControl
            aria-label="Environment"
            data={[...environments]}
            value={environment}
            onChange={(name) => setSearch({ of: name })}
          />
        ) : undefined}
      </Filters>
      <Section title={`${environment} on that day, if every scheduled backup is taken and grows as its store did`}>
        <Loaded read={forecast} skeleton={<SkeletonCard height={240} />}>
          {(found) => <Foreseen of={found} />}
        </Loaded>
      </Section>
      <Section title="What retention would remove now">
        {environment === "" ? <SkeletonLines lines={3} /> : <Prunable environment={environment} />}
      </Section>
    </>
  );
}

/** How much they take: of a store without a backup nothing is known. */
function sizeWords(stores: Forecast["stores"], bytes: number): string {
  const unknown = stores.filter((one) => one.bytes === null).length;
  if (unknown === stores.length) return "of a size that is not known";
  const without = unknown === 0 ? "" : `, and without ${counted(unknown, "store")} without a backup yet`;
  return `${sizeText(bytes)} before equal data is stored once${without}`;
}

function Foreseen({ of: { stores, bytes, kept, removed, refused } }: { readonly of: Forecast }) {
  return (
    <div className="mw-bk-stack">
      {refused === null ? undefined : (
        <Notice tone="orange" icon="incidents" title="Retention would remove nothing">
          <p>{refused}</p>
        </Notice>
      )}
      <p className="mw-bk-plain">
        {counted(kept.length, "backup")} {kept.length === 1 ? "is" : "are"} kept then, {sizeWords(stores, bytes)};{" "}
        {removed.length} {removed.length === 1 ? "is" : "are"} removed until then.
      </p>
      <SmallTable
        label="Stores on that day"
        stacks
        rows={stores}
        keyOf={({ store }) => store}
        columns={[
          { title: "Store", cell: ({ store }) => <strong>{store}</strong> },
          {
            title: "Could be lost at worst",
            cell: ({ worstHours, rpoHours, meets }) => (
              <>
                {worstHours === null ? "everything" : hoursText(worstHours)}
                <span className="mw-dim">
                  {worstHours === null ? ", and " : " of "}
                  {hoursText(rpoHours)}
                  {worstHours === null ? " may be" : ""}
                </span>{" "}
                {meets ? undefined : (
                  <Tag tone="orange" icon="clock">
                    more than may be
                  </Tag>
                )}
              </>
            ),
          },
          {
            title: "Newest then",
            cell: ({ newest }) =>
              newest === null ? <span className="mw-dim">none</span> : <Time at={newest} show="exact" />,
          },
          {
            title: "Size",
            cell: ({ bytes: own, growsByBytes }) => (
              <>
                {own === null ? "not known" : sizeText(own)}
                <span className="mw-dim">
                  {growsByBytes === null
                    ? ", trend not known"
                    : `, a backup ${growsByBytes < 0 ? "shrinks" : "grows"} by ${sizeText(Math.abs(growsByBytes))} a day`}
                </span>
              </>
            ),
          },
        ]}
      />
      <Details title={`Removed until then, and why (${removed.length})`} of={removed} />
      <Details title={`Kept then, and why (${kept.length})`} of={kept} />
    </div>
  );
}

const mostShown = 200;

function Details({ title, of }: { readonly title: string; readonly of: Forecast["kept"] }) {
  if (of.length === 0) return undefined;
  const shown = of.toSorted((a, b) => b.takenAt.localeCompare(a.takenAt)).slice(0, mostShown);
  return (
    <details>
      <summary>{title}</summary>
      <SmallTable
        label={title}
        stacks
        rows={shown}
        keyOf={({ id }) => id}
        columns={[
          { title: "Store", cell: ({ store }) => store },
          {
            title: "Taken",
            cell: ({ takenAt, expected }) => (
              <>
                <Time at={takenAt} show="exact" /> {expected ? <span className="mw-dim">yet to be taken</span> : ""}
              </>
            ),
          },
          { title: "Why", cell: ({ why }) => <Said text={why.join("; ")} /> },
        ]}
      />
      {of.length > mostShown ? <p className="mw-dim">and {of.length - mostShown} more</p> : undefined}
    </details>
  );
}
