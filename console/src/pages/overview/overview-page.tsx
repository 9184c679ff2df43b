import { Link } from "@tanstack/react-router";
import type { Reply } from "../../api/types.ts";
import { useRead } from "../../api/use-read.ts";
import { Empty } from "../../parts/empty.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Page } from "../../parts/page.tsx";
import { useEnvironment, useSearch } from "../../state/use-search.ts";
import { EnvironmentStrip } from "./environment-strip.tsx";
import { type Kind, kindOf, kinds, sections } from "./line-kinds.ts";
import { LineRow } from "./line-row.tsx";
import { LongLines, mostDrawn } from "./long-lines.tsx";
import { OverviewSkeleton } from "./overview-skeleton.tsx";
import { WorstCard } from "./worst-card.tsx";
import "./overview.css";

type Overview = Reply<"/overview">;

/** What somebody wants to know on a Monday morning: the worst three, how each environment is, then all that is due or wrong. */
export function OverviewPage() {
  const [search] = useSearch();
  const environment = useEnvironment();
  const kind = kindOf(search["kind"]);
  const overview = useRead("/overview", { query: { environment, kind, limit: kind === undefined ? 300 : 1000 } });
  return (
    <Page
      title="Overview"
      why="What is due, exposed, drifting, unproven and running, worst first: each with why, and what to do next."
      cli={overview.cli?.replace(/ --limit \d+/, "")}
    >
      <Loaded read={overview} skeleton={<OverviewSkeleton />}>
        {(found) => <Shown overview={found} kind={kind} />}
      </Loaded>
    </Page>
  );
}

function Shown({ overview, kind }: { readonly overview: Overview; readonly kind: Kind | undefined }) {
  const { worst, environments, lines, left } = overview;
  return (
    <>
      {worst.length === 0 ? (
        <Empty title="Nothing wants you">
          Nothing is due, exposed, drifting or unproven, and nothing runs, as far as was looked. What was looked at, and
          when, stands under Settings.
        </Empty>
      ) : (
        <section aria-label="The worst three">
          <ol className="mw-worst">
            {worst.map((line) => (
              <WorstCard key={line.id} line={line} />
            ))}
          </ol>
        </section>
      )}
      <EnvironmentStrip environments={environments} />
      <Kinds counts={overview.counts} chosen={kind} />
      {sections(lines, kind).map((section) => (
        <KindSection key={section.kind} {...section} count={overview.counts[section.kind]} />
      ))}
      {left > 0 ? (
        <p className="mw-dim mw-lines-left">{left} lesser lines are left out. Choose a kind to see all of it.</p>
      ) : undefined}
    </>
  );
}

function Kinds({ counts, chosen }: { readonly counts: Overview["counts"]; readonly chosen: Kind | undefined }) {
  const [, setSearch] = useSearch();
  return (
    <fieldset className="mw-kinds">
      <legend className="mw-hidden">Lines by kind</legend>
      {kinds.map(({ kind, title }) => (
        <button
          key={kind}
          type="button"
          aria-pressed={kind === chosen}
          onClick={() => setSearch({ kind: kind === chosen ? undefined : kind })}
        >
          <strong>{counts[kind]}</strong> {title.toLowerCase()}
        </button>
      ))}
    </fieldset>
  );
}

function KindSection(props: ReturnType<typeof sections>[number] & { readonly count: number }) {
  const { kind, shown, left, count } = props;
  const about = kinds.find((one) => one.kind === kind);
  return (
    <section className="mw-card mw-lines" aria-labelledby={`kind-${kind}`}>
      <header>
        <h2 id={`kind-${kind}`}>
          {about?.title} <span className="mw-dim">{count}</span>
        </h2>
        <span className="mw-dim">{shown.length === 0 ? about?.none : about?.says}</span>
      </header>
      {shown.length === 0 ? undefined : shown.length > mostDrawn ? (
        <LongLines lines={shown} />
      ) : (
        <ul>
          {shown.map((line) => (
            <LineRow key={line.id} line={line} />
          ))}
        </ul>
      )}
      {left === 0 ? undefined : (
        <Link className="mw-lines-more" to="/" search={((before: object) => ({ ...before, kind })) as never}>
          {left} more {left === 1 ? "line" : "lines"} of what is {about?.title.toLowerCase()}
        </Link>
      )}
    </section>
  );
}
