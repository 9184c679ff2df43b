import { Link, useParams } from "@tanstack/react-router";
import { useRead } from "../../api/use-read.ts";
import { command } from "../../parts/command.ts";
import { Facts, Section } from "../../parts/facts.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Page } from "../../parts/page.tsx";
import { Said } from "../../parts/said.tsx";
import { SkeletonCard } from "../../parts/skeletons.tsx";
import { Time } from "../../parts/time.tsx";
import { ContentShown } from "./content.tsx";
import { Receipt } from "./receipt.tsx";
import { VerdictTag } from "./standing-tag.tsx";
import { Prove, Restore } from "./start-runs.tsx";
import { sizeText, storePath } from "./store-words.ts";
import { kindOf } from "./time-line-marks.ts";
import type { WholeBackup } from "./whole-backup.ts";
import "./backups.css";

/** One backup: what the server knows of it at once, and what the repository says, which takes seconds. */
export function BackupPage() {
  const { id = "" } = useParams({ strict: false });
  const backup = useRead("/backups/{id}", { path: { id } });
  const { data } = backup;
  return (
    <Page
      title={data === undefined ? `Backup ${id}` : `Backup of ${data.store}`}
      why={data === undefined ? undefined : <Why of={data} />}
      cli={backup.cli ?? command`millwright backup seen ${id}`}
      back={{ to: "/backups", title: "Backups" }}
      actions={data === undefined ? undefined : <Actions of={data} />}
    >
      <Loaded read={backup} skeleton={<SkeletonCard height={320} />}>
        {(found) => <Shown of={found} />}
      </Loaded>
    </Page>
  );
}

function Why({ of: backup }: { readonly of: WholeBackup }) {
  const moment = (
    <>
      {backup.environment} as it was at <Time at={backup.takenAt} show="both" />:{" "}
    </>
  );
  switch (kindOf(backup)) {
    case "proven":
      return <>{moment}it was restored and compared, and came back whole.</>;
    case "failed":
      return <>{moment}its proof failed. It is not to be relied on.</>;
    case "sampled":
      return <>{moment}only samples of it were compared, so it has no receipt.</>;
    case "not-proven":
      return <>{moment}it was never restored, so nothing shows that it can be.</>;
    case "removed":
      return <>{moment}it is there no more: a run of retention removed it.</>;
    case "lost":
      return <>{moment}it is in its repository no more, and no run of ours removed it.</>;
  }
}

function Actions({ of: { id, environment, goneAt, verdict } }: { readonly of: WholeBackup }) {
  const gone = goneAt !== null;
  return (
    <>
      {gone ? undefined : <Prove id={id} environment={environment} primary={verdict !== "proven"} />}
      <Restore id={id} environment={environment} gone={gone} />
    </>
  );
}

function Shown({ of: backup }: { readonly of: WholeBackup }) {
  return (
    <>
      <Section title="What it is">
        <Known of={backup} />
      </Section>
      {backup.goneAt === null ? (
        <>
          <Receipt of={backup} />
          <ContentShown id={backup.id} />
        </>
      ) : undefined}
    </>
  );
}

/** A run of this server, or somebody who wrote it down in the repository. */
function RemovedBy({ of: by }: { readonly of: WholeBackup["removedBy"] }) {
  if (by === null) return <>and nobody wrote down that they removed it</>;
  if (by.startsWith("removal-"))
    return (
      <>
        removed by hand: <span className="mw-mono">millwright backup removals --show {by}</span>
      </>
    );
  return (
    <>
      removed by <Link to={`/runs/${by}`}>a run</Link>
    </>
  );
}

function Known({ of: backup }: { readonly of: WholeBackup }) {
  const { store, environment, point, run, goneAt, removedBy, proofs } = backup;
  return (
    <Facts
      of={{
        Store: <Link to={storePath(backup)}>{store}</Link>,
        Environment: environment,
        Kind: backup.kind,
        Taken: <Time at={backup.takenAt} show="both" />,
        "What for": backup.class,
        Size: sizeText(backup.bytes),
        "Part of the recovery point": point === null ? undefined : <Link to={`/backups/points/${point}`}>{point}</Link>,
        "Made by": run === null ? "the command line" : <Link to={`/runs/${run}`}>a run</Link>,
        Proofs:
          proofs.length === 0 ? (
            "none"
          ) : (
            <>
              {proofs.map(({ snapshot, provenAt, verdict }) => (
                <div key={snapshot}>
                  <VerdictTag of={verdict} /> <Time at={provenAt} show="both" />
                </div>
              ))}
            </>
          ),
        "Kept because": backup.heldBy === null ? undefined : <Said text={backup.heldBy} />,
        Gone:
          goneAt === null ? undefined : (
            <>
              since <Time at={goneAt} show="both" />, <RemovedBy of={removedBy} />
            </>
          ),
        Name: <span className="mw-mono">{backup.id}</span>,
        Digest: <span className="mw-mono">{backup.digest}</span>,
      }}
    />
  );
}
