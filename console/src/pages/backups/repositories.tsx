import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useRead } from "../../api/use-read.ts";
import { CopyBlock } from "../../parts/copy-block.tsx";
import { Facts, Section } from "../../parts/facts.tsx";
import { Few } from "../../parts/few.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { SkeletonLines } from "../../parts/skeletons.tsx";
import { SmallTable } from "../../parts/small-table.tsx";
import { Tag } from "../../parts/tag.tsx";
import { Time, useNow } from "../../parts/time.tsx";
import { useEnvironment } from "../../state/use-search.ts";
import { Debris } from "./debris.tsx";
import { Elsewhere } from "./elsewhere.tsx";
import { RepositorySize } from "./repository-size.tsx";
import { CheckRepository } from "./start-runs.tsx";
import { type EnvironmentRow, sentence } from "./store-words.ts";
import type { StoresRead } from "./stores-read.ts";
import { ToRemove } from "./to-remove.tsx";

/** Where backups lie: whether it answers, is sound, and what lies there that is no backup; and the receipts that runs showed. */
export function Repositories({ stores }: { readonly stores: StoresRead }) {
  return (
    <>
      {(stores.data?.environments ?? []).map((one) => (
        <Repository key={one.environment} of={one} />
      ))}
      <Receipts />
    </>
  );
}

function Repository({ of }: { readonly of: EnvironmentRow }) {
  const { environment, seenAt, unseen, check, soundAt, schedule, sizes, removal } = of;
  return (
    <Section title={`Repository of ${environment}`}>
      <div className="mw-bk-stack">
        <Facts
          of={{
            Answers:
              unseen === null ? (
                <>
                  <Tag tone="green" icon="check">
                    yes
                  </Tag>{" "}
                  {seenAt === null ? undefined : <Time at={seenAt} show="both" />}
                </>
              ) : (
                <>
                  <Tag tone="orange" icon="question">
                    no
                  </Tag>{" "}
                  {sentence(unseen)}
                </>
              ),
            "Read through": <Checked of={check} />,
            "Last found sound": soundAt === null ? "never" : <Time at={soundAt} show="both" />,
            "To be removed": removal === null ? undefined : <ToRemove of={removal} />,
            "Comes next":
              schedule.length === 0 ? (
                "nothing is scheduled: backups are taken by hand alone"
              ) : (
                <>
                  {schedule.map((one) => (
                    <div key={`${one.class} ${one.next} ${one.stores.join(" ")}`}>
                      <Time at={one.next} show="both" />: {one.class},{" "}
                      {one.stores.length === 0 ? "every store" : <Few of={one.stores} />}
                    </div>
                  ))}
                </>
              ),
          }}
        />
        <RepositorySize sizes={sizes} />
        <div className="mw-bk-bar">
          <CheckRepository environment={environment} />
        </div>
        <Checks environment={environment} />
        <Elsewhere environment={environment} />
        <Debris environment={environment} />
      </div>
    </Section>
  );
}

function Checked({ of: check }: { readonly of: EnvironmentRow["check"] }) {
  if (check === null) return <>never: damage would not be known</>;
  const { endedAt, readData, damage } = check;
  return (
    <>
      {damage.length === 0 ? (
        <Tag tone="green" icon="check">
          sound
        </Tag>
      ) : (
        <Tag tone="red" icon="cross">
          damaged
        </Tag>
      )}{" "}
      <Time at={endedAt} show="both" />, {readData ? "every byte" : "without its data"}
      {damage.map((words) => (
        <div key={words} className="mw-mono">
          {words}
        </div>
      ))}
    </>
  );
}

function Checks({ environment }: { readonly environment: string }) {
  const [opened, setOpened] = useState(false);
  const checks = useRead("/backups/checks", { query: { environment, limit: 30 } }, { enabled: opened });
  return (
    <details onToggle={(event) => setOpened(event.currentTarget.open)}>
      <summary>Earlier checks</summary>
      {opened ? (
        <Loaded read={checks} skeleton={<SkeletonLines lines={3} />}>
          {({ items }) =>
            items.length === 0 ? (
              <p className="mw-dim">It was never checked.</p>
            ) : (
              <SmallTable
                label={`Checks of the repository of ${environment}`}
                stacks
                rows={items}
                keyOf={({ at }) => at}
                columns={[
                  { title: "Began", cell: ({ at }) => <Time at={at} show="exact" /> },
                  {
                    title: "Found",
                    cell: ({ damage }) => (damage.length === 0 ? "nothing" : damage.join("; ")),
                  },
                  { title: "Read", cell: ({ readData }) => (readData ? "every byte" : "without its data") },
                  {
                    title: "Run",
                    cell: ({ run }) => (run === null ? undefined : <Link to={`/runs/${run}`}>its run</Link>),
                  },
                ]}
              />
            )
          }
        </Loaded>
      ) : undefined}
    </details>
  );
}

function Receipts() {
  const environment = useEnvironment();
  const now = useNow();
  const receipts = useRead("/receipts", { query: { environment } });
  return (
    <Section title="Receipts that runs showed">
      <Loaded read={receipts} skeleton={<SkeletonLines lines={4} />}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="mw-dim">
              None yet. A receipt says in one line, for a change ticket, that a backup was proven: without a fresh one
              no step that can lose data starts.
            </p>
          ) : (
            <SmallTable
              label="Receipts"
              stacks
              rows={items}
              keyOf={({ backup, issuedAt }) => `${backup} ${issuedAt}`}
              columns={[
                {
                  title: "Store",
                  cell: ({ store, backup, environment: where }) => (
                    <div className="mw-two">
                      <Link to={`/backups/${backup}`}>{store}</Link>
                      <span>{where}</span>
                    </div>
                  ),
                },
                {
                  title: "Worth something until",
                  cell: ({ validUntil }) => (
                    <>
                      <Time at={validUntil} show="both" />{" "}
                      {Date.parse(validUntil) < now ? <span className="mw-dim">over</span> : undefined}
                    </>
                  ),
                },
                {
                  title: "Shown to",
                  cell: ({ run }) => (run === null ? "nobody" : <Link to={`/runs/${run}`}>a run</Link>),
                },
                {
                  title: "Line",
                  cell: ({ receipt, store }) => <CopyBlock text={receipt} label={`Receipt of ${store}`} />,
                },
              ]}
            />
          )
        }
      </Loaded>
    </Section>
  );
}
