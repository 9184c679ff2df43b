import { useRead } from "../../api/use-read.ts";
import { CliLine } from "../../parts/cli-line.tsx";
import { command } from "../../parts/command.ts";
import { CopyBlock } from "../../parts/copy-block.tsx";
import { Section } from "../../parts/facts.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { SkeletonLines } from "../../parts/skeletons.tsx";
import { Time, useNow } from "../../parts/time.tsx";
import { AskFirst } from "./ask-first.tsx";
import type { WholeBackup } from "./whole-backup.ts";

/** The line for a change ticket. It is made from the repository when somebody wants it. */
export function Receipt({ of: { id, receiptUntil } }: { readonly of: WholeBackup }) {
  const now = useNow();
  if (receiptUntil === null)
    return (
      <Section title="Receipt">
        <p className="mw-bk-plain">It has none: only what was restored and compared whole has a receipt.</p>
      </Section>
    );
  return (
    <Section title="Receipt">
      <div className="mw-bk-stack">
        <p className="mw-bk-plain">
          {Date.parse(receiptUntil) < now ? "It was worth something until " : "It is worth something until "}
          <Time at={receiptUntil} show="both" />, a day after the backup was taken, and only while the repository holds
          the same.
        </p>
        <AskFirst action="Show the line for a ticket" command={command`millwright backup receipt ${id}`}>
          <Line id={id} />
        </AskFirst>
      </div>
    </Section>
  );
}

function Line({ id }: { readonly id: string }) {
  const receipt = useRead("/backups/{id}/receipt", { path: { id } }, { everySeconds: 0 });
  return (
    <div className="mw-bk-stack">
      <Loaded read={receipt} skeleton={<SkeletonLines lines={2} />}>
        {({ receipt: line }) => <CopyBlock text={line} label="The receipt's line, for a change ticket" />}
      </Loaded>
      <CliLine command={receipt.cli ?? command`millwright backup receipt ${id}`} />
    </div>
  );
}
