import type { Reply } from "../../api/types.ts";
import { useRead } from "../../api/use-read.ts";
import { CliLine } from "../../parts/cli-line.tsx";
import { command } from "../../parts/command.ts";
import { counted } from "../../parts/counted.ts";
import { Facts, Section } from "../../parts/facts.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Said } from "../../parts/said.tsx";
import { SmallTable } from "../../parts/small-table.tsx";
import { Time } from "../../parts/time.tsx";
import { durationText } from "../../parts/time-text.ts";
import { Asking } from "./asking.tsx";
import { VerdictTag } from "./standing-tag.tsx";
import { sizeText } from "./store-words.ts";

type Content = Reply<"/backups/{id}/content">;

/** What a backup says of itself. */
export function ContentShown({ id }: { readonly id: string }) {
  const content = useRead("/backups/{id}/content", { path: { id } }, { everySeconds: 0 });
  return (
    <Loaded read={content} skeleton={<Asking what="what this backup covers, and what its proof compared" />}>
      {(said) => (
        <>
          <Section title="What it covers">
            <Covers of={said} />
          </Section>
          <ProofShown of={said.proof} />
          <Parts of={said} />
          <CliLine command={content.cli ?? command`millwright backup content ${id}`} />
        </>
      )}
    </Loaded>
  );
}

function Covers({ of: { covers, facts, doesNotCover, versions, installation } }: { readonly of: Content }) {
  return (
    <Facts
      of={{
        Covers: <strong>{covers}</strong>,
        "Does not cover":
          doesNotCover.length === 0 ? (
            "nothing of it is left out"
          ) : (
            <ul className="mw-bk-list">
              {doesNotCover.map((one) => (
                <li key={one}>
                  <Said text={one} />
                </li>
              ))}
            </ul>
          ),
        ...Object.fromEntries(
          [...Map.groupBy(facts, ({ label }) => label)].map(([label, some]) => [
            `${label.charAt(0).toUpperCase()}${label.slice(1)}`,
            <ul key={label} className="mw-bk-list">
              {some.map(({ text }) => (
                <li key={text}>{text}</li>
              ))}
            </ul>,
          ]),
        ),
        "Made with": Object.entries(versions)
          .map(([name, version]) => `${name} ${version}`)
          .join(", "),
        Installation: installation,
      }}
    />
  );
}

function ProofShown({ of: proof }: { readonly of: Content["proof"] }) {
  if (proof === null)
    return (
      <Section title="Proof">
        <p className="mw-bk-plain">It was never restored and compared.</p>
      </Section>
    );
  const { verdict, provenAt, provenBy, why, seconds, counts, restoredInto, notes } = proof;
  return (
    <Section title="Proof">
      <Facts
        of={{
          Verdict: (
            <>
              <VerdictTag of={verdict} /> <Time at={provenAt} show="both" />
              {provenBy === "unknown" ? undefined : `, by ${provenBy}`}
            </>
          ),
          [verdict === "failed" ? "What differs" : "Why"]:
            why.length === 0 ? undefined : (
              <ul className="mw-bk-list">
                {why.map((one) => (
                  <li key={one}>
                    <Said text={one} />
                  </li>
                ))}
              </ul>
            ),
          Compared: Object.entries(counts)
            .map(([name, count]) => `${count} ${name}`)
            .join(", "),
          "Restored into": restoredInto === null ? undefined : `PostgreSQL ${restoredInto}`,
          Took: durationText(seconds),
          Notes: notes.length === 0 ? undefined : notes.join("; "),
        }}
      />
    </Section>
  );
}

function Parts({ of: { parts, partsInAll, packs } }: { readonly of: Content }) {
  return (
    <Section title="What lies in the repository">
      <div className="mw-bk-stack">
        <SmallTable
          label="Parts"
          stacks
          rows={parts}
          keyOf={({ file }) => file}
          columns={[
            { title: "Part", cell: ({ file }) => file },
            { title: "Size", cell: ({ bytes }) => sizeText(bytes) },
            { title: "The repository grew by", cell: ({ added }) => sizeText(added) },
            { title: "Digest", cell: ({ digest }) => <span className="mw-mono">{digest}</span> },
          ]}
        />
        {partsInAll > parts.length ? (
          <p className="mw-bk-plain mw-dim">and {partsInAll - parts.length} more</p>
        ) : undefined}
        {packs.count === 0 ? undefined : (
          <p className="mw-bk-plain">
            Beside them {counted(packs.count, "pack")}, {sizeText(packs.bytes)}, shared with other backups of the store.
          </p>
        )}
      </div>
    </Section>
  );
}
