import type { Reply } from "../../api/types.ts";
import { useRead } from "../../api/use-read.ts";
import { counted } from "../../parts/counted.ts";
import { Section } from "../../parts/facts.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { SkeletonLines } from "../../parts/skeletons.tsx";
import { SmallTable } from "../../parts/small-table.tsx";
import { Tag } from "../../parts/tag.tsx";
import { Time } from "../../parts/time.tsx";
import { changeText, figureText, seriesText } from "./figures.ts";
import type { Run } from "./run-page.tsx";
import { hasEnded } from "./run-words.ts";

type Compared = Reply<"/runs/{id}/comparison">;
type Series = Compared["series"][number];

const verdicts = {
  "not-worse": ["green", "check", "no worse"],
  worse: ["red", "cross", "worse"],
  unknown: ["grey", "question", "not known"],
} as const;

/** What was measured before the change and after it, side by side. */
export function Comparison({ run }: { readonly run: Run }) {
  const compared = useRead("/runs/{id}/comparison", { path: { id: run.id } }, { everySeconds: hasEnded(run) ? 0 : 15 });
  return (
    <Section title="Before and after">
      <Loaded read={compared} skeleton={<SkeletonLines lines={2} />}>
        {(found) => <Figures of={found} />}
      </Loaded>
    </Section>
  );
}

function Figures({ of: { component, before, after, series } }: { readonly of: Compared }) {
  if (component === undefined)
    return (
      <p className="mw-dim mw-run-plain">
        This run compares no measurements. Where its procedure takes <code>measured</code>, name a component there: the
        change counts as done only once it is measured to be no worse.
      </p>
    );
  if (before === undefined)
    return <p className="mw-dim mw-run-plain">{component} is compared once the change has begun.</p>;
  return (
    <>
      <p className="mw-dim mw-run-plain">
        {component}: <Time at={before.from} show="exact" /> to <Time at={before.to} show="exact" /> against{" "}
        {after === undefined ? (
          "what comes after the change, which is not there yet"
        ) : (
          <>
            <Time at={after.from} show="exact" /> to <Time at={after.to} show="exact" />
          </>
        )}
        . Medians; less is better.
      </p>
      {series.length === 0 ? (
        <p className="mw-run-plain">
          Nothing was measured of {component} in that time: whether it is worse is not known.
        </p>
      ) : (
        <SmallTable
          label="Measurements before and after"
          rows={series}
          keyOf={(one) => seriesText(one)}
          columns={[
            { title: "Measurement", cell: (one) => <span className="mw-mono">{seriesText(one)}</span> },
            { title: "Before", cell: ({ before: side }) => <Side of={side} /> },
            { title: "After", cell: ({ after: side }) => <Side of={side} /> },
            { title: "Change", cell: (one) => changeText(one.before.median, one.after.median) },
            { title: "Verdict, and why", cell: (one) => <Verdict of={one} /> },
          ]}
        />
      )}
    </>
  );
}

function Side({ of: { median, count } }: { readonly of: Series["before"] }) {
  return (
    <>
      <strong>{figureText(median)}</strong>
      <div className="mw-dim">{counted(count, "sample")}</div>
    </>
  );
}

function Verdict({ of: { verdict, why } }: { readonly of: Series }) {
  const [tone, icon, word] = verdicts[verdict];
  return (
    <>
      <Tag tone={tone} icon={icon}>
        {word}
      </Tag>
      <div className="mw-dim">{why}</div>
    </>
  );
}
