import { Link, useParams } from "@tanstack/react-router";
import type { Reply } from "../../api/types.ts";
import { useRead } from "../../api/use-read.ts";
import { CliLine } from "../../parts/cli-line.tsx";
import { command } from "../../parts/command.ts";
import { counted } from "../../parts/counted.ts";
import { Facts, Section } from "../../parts/facts.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Page } from "../../parts/page.tsx";
import { Said } from "../../parts/said.tsx";
import { SmallTable } from "../../parts/small-table.tsx";
import { Time } from "../../parts/time.tsx";
import { durationText } from "../../parts/time-text.ts";
import { Asking } from "./asking.tsx";
import { FenceTag, OutcomeTag, VerdictTag } from "./standing-tag.tsx";
import { Restore } from "./start-runs.tsx";
import { sizeText } from "./store-words.ts";
import "./backups.css";

type Point = Reply<"/recovery-points/{id}">;

/** One moment over all stores of an environment: whether it was fenced, what it holds, and whether its stores fit together. */
export function PointPage() {
  const { id = "" } = useParams({ strict: false });
  const point = useRead("/recovery-points/{id}", { path: { id } }, { everySeconds: 0 });
  const { data } = point;
  return (
    <Page
      title={data === undefined ? `Recovery point ${id}` : `Recovery point of ${data.environment}`}
      why={
        data === undefined ? undefined : (
          <>
            All stores together as of <Time at={data.at} show="both" />: nothing later is in all of them.
          </>
        )
      }
      cli={point.cli ?? command`millwright backup point ${id}`}
      back={{ to: "/backups?tab=points", title: "Backups" }}
      actions={data === undefined ? undefined : <Restore id={id} environment={data.environment} gone={false} />}
    >
      <Loaded read={point} skeleton={<Asking what="which backups this point holds, and what its checks found" />}>
        {(found) => <Shown of={found} />}
      </Loaded>
    </Page>
  );
}

function Shown({ of: point }: { readonly of: Point }) {
  const { fence, backups, disposable, proof } = point;
  return (
    <>
      <Section title="What it is">
        <Facts
          of={{
            Fence: (
              <>
                <FenceTag fenced={fence.kind === "fenced"} /> <Fenced of={fence} />
              </>
            ),
            Taken: (
              <>
                from <Time at={point.beganAt} show="exact" /> to <Time at={point.endedAt} show="exact" />
              </>
            ),
            "Left out as disposable":
              disposable.length === 0 ? undefined : disposable.map(({ store, why }) => `${store}: ${why}`).join("; "),
            Name: <span className="mw-mono">{point.id}</span>,
            Digest: <span className="mw-mono">{point.digest}</span>,
          }}
        />
      </Section>
      <Section title="Whether its stores fit together">
        {proof === null ? (
          <div className="mw-bk-stack">
            <p className="mw-bk-plain">
              It was not proven as a whole: whether each row finds its object was not asked. Where its repository can be
              reached:
            </p>
            <CliLine command={command`millwright backup prove ${point.id} --environment ${point.environment}`} />
          </div>
        ) : (
          <Proof of={proof} />
        )}
      </Section>
      <Section title={`What it holds, in the order in which it was taken: ${counted(backups.length, "store")}`}>
        <SmallTable
          label="What it holds"
          stacks
          rows={backups}
          keyOf={({ id }) => id}
          columns={[
            {
              title: "Store",
              cell: ({ id, store }) => <Link to={`/backups/${id}`}>{store}</Link>,
            },
            { title: "Taken", cell: ({ takenAt }) => <Time at={takenAt} show="exact" /> },
            { title: "Size", cell: ({ bytes }) => sizeText(bytes) },
            { title: "Backup", cell: ({ id }) => <span className="mw-mono">{id}</span> },
          ]}
        />
      </Section>
    </>
  );
}

function Fenced({ of: { kind, from, until, by, why } }: { readonly of: Point["fence"] }) {
  if (kind === "unfenced" || from === null || until === null) return <>{why}</>;
  const seconds = (Date.parse(until) - Date.parse(from)) / 1000;
  return (
    <>
      {by.join(", ")} did not write from <Time at={from} show="exact" /> for {durationText(seconds)}
    </>
  );
}

/** What a point's stores leave out between them; much of it is folded up. */
function Left({ of }: { readonly of: readonly string[] }) {
  const list = (
    <ul className="mw-bk-list">
      {of.map((one) => (
        <li key={one}>
          <Said text={one} />
        </li>
      ))}
    </ul>
  );
  if (of.length <= 3) return list;
  return (
    <details>
      <summary>
        {of.length} things, for example {of[0]}
      </summary>
      {list}
    </details>
  );
}

function Proof({
  of: { verdict, provenAt, why, checks, seconds, doesNotCover },
}: {
  readonly of: NonNullable<Point["proof"]>;
}) {
  return (
    <div className="mw-bk-stack">
      <Facts
        of={{
          Verdict: (
            <>
              <VerdictTag of={verdict} /> <Time at={provenAt} show="both" />, in {durationText(seconds)}
            </>
          ),
          Why: why.length === 0 ? undefined : <Said text={why.join("; ")} />,
          "Does not cover": doesNotCover.length === 0 ? undefined : <Left of={doesNotCover} />,
        }}
      />
      {checks.length === 0 ? (
        <p className="mw-bk-plain mw-dim">No row of its databases names objects elsewhere, as far as is known.</p>
      ) : (
        <SmallTable
          label="Checks"
          stacks
          rows={checks.map((check, index) => ({ ...check, key: `${index}` }))}
          keyOf={({ key }) => key}
          columns={[
            { title: "Check", cell: ({ what }) => what },
            { title: "State", cell: ({ state }) => <OutcomeTag of={state} /> },
            { title: "Followed", cell: ({ asked }) => asked },
            { title: "What was found", cell: (check) => check.why.join("; ") },
          ]}
        />
      )}
    </div>
  );
}
