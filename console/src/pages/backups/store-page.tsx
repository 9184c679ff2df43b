import { useParams } from "@tanstack/react-router";
import { useMemo } from "react";
import { useRead } from "../../api/use-read.ts";
import { Chart } from "../../parts/chart.tsx";
import { command } from "../../parts/command.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { Facts, Section } from "../../parts/facts.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Notice } from "../../parts/notice.tsx";
import { Page } from "../../parts/page.tsx";
import { Said } from "../../parts/said.tsx";
import { SkeletonCard } from "../../parts/skeletons.tsx";
import { SpanChoice } from "../../parts/span-choice.tsx";
import { Time } from "../../parts/time.tsx";
import { durationText } from "../../parts/time-text.ts";
import { Age } from "./age.tsx";
import { StandingTag, VerdictTag } from "./standing-tag.tsx";
import { BackUp } from "./start-runs.tsx";
import { type Backup, type StandingStore, sentence, sizeText, standingOf } from "./store-words.ts";
import { TimeLine } from "./time-line.tsx";
import { kindOf, lanesOf } from "./time-line-marks.ts";
import { spans, useBackupSpan, useBackupsSince } from "./use-backups.ts";
import "./backups.css";

/** One store: how it stands, its restore points over time, how large they are, and each of them. */
export function StorePage() {
  const { environment = "", component = "", store: name = "" } = useParams({ strict: false });
  const store = `${component}/${name}`;
  const stores = useRead("/backups/stores", { query: { environment } });
  const found = stores.data?.items.find((one) => one.store === store);
  const standing = found === undefined ? undefined : standingOf(found, stores.data?.environments ?? []);
  const isKept = found !== undefined && found.rpoHours !== null;
  return (
    <Page
      title={`${store} in ${environment}`}
      why={standing === undefined ? undefined : <Said text={sentence(standing.why)} />}
      cli={command`millwright backup known --environment ${environment} --store ${store}`}
      back={{ to: "/backups", title: "Backups" }}
      actions={isKept ? <BackUp environments={[environment]} stores={[store]} /> : undefined}
    >
      <Loaded read={stores} skeleton={<SkeletonCard height={150} />}>
        {() => <Standing of={standing} />}
      </Loaded>
      <Restorable environment={environment} store={store} standing={standing} />
    </Page>
  );
}

function Standing({ of }: { readonly of: StandingStore | undefined }) {
  if (of === undefined)
    return (
      <Section title="How it stands">
        <p className="mw-bk-plain">
          No such store is declared here: name it under <code>backups</code> in millwright.server.yaml
          (docs/backups.md). Backups that were taken of it before are below.
        </p>
      </Section>
    );
  const { state, kind, newest, lastProven, ageHours, rpoHours, rtoMinutes, backups, foreign } = of;
  const kept = rpoHours !== null;
  return (
    <Section title="How it stands">
      <Facts
        of={{
          Now: <StandingTag of={state} />,
          Kind: kind ?? undefined,
          "Newest backup": newest === null ? undefined : <Time at={newest.takenAt} show="both" />,
          Age: kept ? <Age hours={ageHours} most={rpoHours} /> : undefined,
          "Last proven":
            lastProven === null || lastProven.provenAt === null ? (
              kept ? (
                "never"
              ) : undefined
            ) : (
              <Time at={lastProven.provenAt} show="both" />
            ),
          "To be back within": rtoMinutes === null ? undefined : durationText(rtoMinutes * 60),
          Backups: kept ? backups : undefined,
          "Made by others": foreign.length === 0 ? undefined : <Foreign of={foreign} />,
        }}
      />
    </Section>
  );
}

/** What others back up of it: their own word for it, which proves nothing. */
function Foreign({ of }: { readonly of: StandingStore["foreign"] }) {
  return (
    <>
      {of.map(({ what, state, why, newestAt, notes }) => (
        <div key={what}>
          {what}: {state === "good" ? "" : `${state.replaceAll("-", " ")}, `}
          {why}
          {newestAt === null ? undefined : (
            <>
              , the newest <Time at={newestAt} show="both" />
            </>
          )}
          {notes.length === 0 ? undefined : <span className="mw-dim"> {notes.join("; ")}</span>}
        </div>
      ))}
    </>
  );
}

function Restorable(props: {
  readonly environment: string;
  readonly store: string;
  readonly standing: StandingStore | undefined;
}) {
  const { environment, store, standing } = props;
  const span = useBackupSpan();
  const backups = useBackupsSince({ environment, store }, span.from);
  const { rows } = backups;
  const rpoHours = standing?.rpoHours ?? null;
  const lanes = useMemo(
    () => lanesOf([{ environment, store, rpoHours }], rows, span),
    [environment, store, rpoHours, rows, span],
  );
  const sizes = useMemo(() => sizesOf(rows, span.from), [rows, span]);
  if (standing !== undefined && rpoHours === null && rows.length === 0) return undefined;
  return (
    <>
      <div>
        <SpanChoice of={spans} />
      </div>
      {backups.loading ? (
        <SkeletonCard height={180} />
      ) : backups.error !== undefined && rows.length === 0 ? undefined : (
        <TimeLine key={span.id} title="Restore points" lanes={lanes} points={[]} span={span} />
      )}
      {sizes.at.length < 2 ? undefined : (
        <Section title="Size">
          <Chart title="A backup's size" unit="MB" {...sizes} height={130} />
        </Section>
      )}
      <DataTable
        label="Backups of this store"
        list={backups}
        columns={columns}
        keyOf={({ id }) => id}
        linkOf={({ id }) => `/backups/${id}`}
        empty={
          <Notice tone="grey" icon="minus" title="There is no backup of it">
            <p>None was ever taken, or none was seen: what a repository holds is read every minute.</p>
          </Notice>
        }
      />
    </>
  );
}

function sizesOf(backups: readonly Backup[], from: number) {
  const shown = backups
    .filter((one) => Date.parse(one.takenAt) >= from)
    .toSorted((a, b) => Date.parse(a.takenAt) - Date.parse(b.takenAt));
  return {
    at: shown.map(({ takenAt }) => takenAt),
    lines: [{ name: "size", values: shown.map(({ bytes }) => Number((bytes / 1e6).toPrecision(4))) }],
  };
}

const columns: readonly Column<Backup>[] = [
  {
    id: "state",
    title: "State",
    width: "124px",
    cell: (one) =>
      one.goneAt === null ? <VerdictTag of={one.verdict} /> : <span className="mw-dim">{shortGone(one)}</span>,
  },
  {
    id: "taken",
    title: "The moment that it shows",
    width: "minmax(0, 2fr)",
    cell: ({ takenAt, id }) => (
      <div className="mw-two">
        <strong className="mw-cut">
          <Time at={takenAt} show="both" />
        </strong>
        <span className="mw-cut mw-mono">{id}</span>
      </div>
    ),
    compare: (a, b) => a.takenAt.localeCompare(b.takenAt),
  },
  { id: "class", title: "What for", width: "120px", wideOnly: true, cell: (one) => one.class },
  {
    id: "size",
    title: "Size",
    width: "90px",
    wideOnly: true,
    cell: ({ bytes }) => sizeText(bytes),
    compare: (a, b) => a.bytes - b.bytes,
  },
  {
    id: "proven",
    title: "Proven",
    width: "100px",
    wideOnly: true,
    cell: ({ provenAt }) => (provenAt === null ? <span className="mw-dim">never</span> : <Time at={provenAt} />),
  },
];

function shortGone(backup: Backup): string {
  return kindOf(backup) === "lost" ? "gone" : "removed";
}
