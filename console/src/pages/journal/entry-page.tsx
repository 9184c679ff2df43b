import { Link, useParams } from "@tanstack/react-router";
import type { Reply } from "../../api/types.ts";
import { useRead } from "../../api/use-read.ts";
import { command } from "../../parts/command.ts";
import { CopyBlock } from "../../parts/copy-block.tsx";
import { Facts, Section } from "../../parts/facts.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Page } from "../../parts/page.tsx";
import { SkeletonCard } from "../../parts/skeletons.tsx";
import { Tag } from "../../parts/tag.tsx";
import { Time } from "../../parts/time.tsx";
import { durationText } from "../../parts/time-text.ts";

type Entry = Reply<"/journal/entries/{sequence}">;

/** One entry: who did what, what went wrong, what is left to do, and the evidence. */
export function EntryPage() {
  const { sequence = "" } = useParams({ strict: false });
  const entry = useRead("/journal/entries/{sequence}", { path: { sequence: Number(sequence) } }, { everySeconds: 0 });
  return (
    <Page
      title={entry.data?.task ?? `Entry ${sequence}`}
      why={
        entry.data === undefined ? undefined : `${entry.data.actor.name}, entry ${entry.data.sequence} of the journal`
      }
      cli={entry.cli ?? command`millwright journal show ${sequence}`}
      back={{ to: "/journal", title: "Journal" }}
    >
      <Loaded read={entry} skeleton={<SkeletonCard height={320} />}>
        {(found) => <Entry of={found} />}
      </Loaded>
    </Page>
  );
}

function Entry({ of: entry }: { readonly of: Entry }) {
  return (
    <>
      <Section title="What was done">
        <Facts
          of={{
            When: <Time at={entry.at} show="both" />,
            Who: `${entry.actor.name} (${entry.actor.kind} ${entry.actor.id})`,
            Kind: <Tag tone="grey">{entry.kind}</Tag>,
            Environment: entry.environment ?? "the whole platform",
            Took: entry.durationSeconds === undefined ? undefined : durationText(entry.durationSeconds),
            "Belongs to": Object.keys(entry.links).length === 0 ? undefined : <Links of={entry.links} />,
            Redacted: entry.redacted === undefined ? undefined : entry.redacted.join(", "),
          }}
        />
      </Section>
      <Texts title="Issues" of={entry.issues} />
      <Texts title="Left to do" of={entry.nextActions} />
      {Object.keys(entry.evidence).length === 0 ? undefined : (
        <Section title="Evidence">
          <CopyBlock text={JSON.stringify(entry.evidence, undefined, 2)} label="Evidence" />
        </Section>
      )}
      <Section title="In the chain">
        <Facts
          of={{
            "Hash of this entry": <span className="mw-mono">{entry.hash}</span>,
            "Hash of the one before": <span className="mw-mono">{entry.previous}</span>,
          }}
        />
      </Section>
    </>
  );
}

function Texts({ title, of: texts }: { readonly title: string; readonly of: readonly string[] }) {
  if (texts.length === 0) return undefined;
  return (
    <Section title={title}>
      <ul style={{ margin: 0, paddingLeft: 18 }}>
        {texts.map((text) => (
          <li key={text} style={{ whiteSpace: "pre-wrap" }}>
            {text}
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** Where the things that entries belong to have their pages. */
const pageOf: Readonly<Record<string, string>> = {
  run: "/runs",
  incident: "/incidents",
  workOrder: "/work",
  finding: "/findings",
};

function Links({ of: links }: { readonly of: Entry["links"] }) {
  return (
    <>
      {Object.entries(links).map(([name, id]) => (
        <div key={name}>
          {pageOf[name] === undefined ? `${name} ${id}` : <Link to={`${pageOf[name]}/${id}`}>{`${name} ${id}`}</Link>}{" "}
          <Link to="/journal" search={{ link: `${name}=${id}` } as never}>
            (all entries of it)
          </Link>
        </div>
      ))}
    </>
  );
}
