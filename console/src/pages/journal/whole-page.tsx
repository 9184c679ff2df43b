import { Button } from "@mantine/core";
import { useRead } from "../../api/use-read.ts";
import { CliLine } from "../../parts/cli-line.tsx";
import { CopyBlock } from "../../parts/copy-block.tsx";
import { Facts, Section } from "../../parts/facts.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { NotSetUp } from "../../parts/not-set-up.tsx";
import { Page } from "../../parts/page.tsx";
import { SkeletonCard } from "../../parts/skeletons.tsx";
import { Time } from "../../parts/time.tsx";
import { JournalTabs } from "./journal-tabs.tsx";

/** Where the log ends, signed, and how anybody checks that it is whole. */
export function WholePage() {
  const anchor = useRead("/journal/anchor", {});
  return (
    <Page
      title="Journal"
      why="Each entry holds the hash of the one before. Whoever has an anchor from another day finds out whether anything was changed or cut off since."
      cli={anchor.cli}
    >
      <JournalTabs current="whole" />
      <Loaded read={anchor} skeleton={<SkeletonCard height={220} />}>
        {(found) => (
          <>
            <Section title="Anchor: where the log ends now">
              <Facts
                of={{
                  Entries: String(found.sequence),
                  "Last entry": found.at === undefined ? undefined : <Time at={found.at} show="both" />,
                  Hash: <span className="mw-mono">{found.hash}</span>,
                  "Signed with": found.key === undefined ? "not signed" : <span className="mw-mono">{found.key}</span>,
                }}
              />
              <div style={{ marginTop: 10 }}>
                <CopyBlock text={JSON.stringify(found, undefined, 2)} label="Anchor, to be kept elsewhere" />
              </div>
            </Section>
            {found.signature === undefined ? (
              <NotSetUp
                what="The signature of anchors"
                how="Without a key outside of the database, whoever can write the database can write another log. Name one as journal.signingKey in millwright.server.yaml (docs/journal.md)."
              />
            ) : undefined}
          </>
        )}
      </Loaded>
      <Section title="Export and verify">
        <p style={{ margin: "0 0 8px" }}>
          The whole log as JSON Lines, or to read; verified on any machine, without this server.
        </p>
        <div style={{ display: "flex", flexWrap: "wrap", gap: 8, marginBottom: 10 }}>
          <Button variant="default" component="a" href="/api/v1/journal/export" download="journal.jsonl">
            Download as JSON Lines
          </Button>
          <Button variant="default" component="a" href="/api/v1/journal/export?format=markdown" download="journal.md">
            Download as Markdown
          </Button>
        </div>
        <div style={{ display: "grid", gap: 6 }}>
          <CliLine command="millwright journal export > journal.jsonl" />
          <CliLine command="millwright journal verify journal.jsonl --anchor anchor.json --key public.pem" />
        </div>
      </Section>
    </Page>
  );
}
