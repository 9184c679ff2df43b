import { Section } from "../../parts/facts.tsx";
import { Icon, type IconName } from "../../parts/icon.tsx";
import { Said } from "../../parts/said.tsx";
import type { Tone } from "../../parts/tag.tsx";
import type { Run } from "./run-page.tsx";
import { hasEnded } from "./run-words.ts";
import { EffectTag, kindWords, ReceiptTag } from "./step-words.tsx";

type Step = Run["plan"][number];

const looks: Readonly<Record<NonNullable<Step["outcome"]>, readonly [IconName, Tone]>> = {
  done: ["check", "green"],
  failed: ["cross", "red"],
  errored: ["question", "red"],
  skipped: ["right", "grey"],
  shadowed: ["minus", "grey"],
};

/** The plan, with what became of each step. The one at which the run is stands out. */
export function Steps({ run }: { readonly run: Run }) {
  return (
    <Section title={`Steps (${run.plan.length})`}>
      <ol className="mw-run-steps">
        {run.plan.map((step) => {
          const current = step.name === run.step && !hasEnded(run);
          const [icon, tone, word] = lookOf(step, current, run.state);
          return (
            <li key={step.name} aria-current={current ? "step" : undefined}>
              <span className="mw-run-sign" data-tone={tone}>
                <Icon name={icon} size={14} />
              </span>
              <div>
                <div>
                  <strong>{step.title}</strong>
                </div>
                <div className="mw-dim">
                  {kindWords[step.kind]} · {word}
                  {step.message === null ? undefined : <Said text={`: ${step.message}`} />}
                </div>
                <EffectTag step={step} /> <ReceiptTag step={step} />
              </div>
            </li>
          );
        })}
      </ol>
    </Section>
  );
}

function lookOf({ outcome, undone }: Step, current: boolean, state: Run["state"]): readonly [IconName, Tone, string] {
  if (undone) return ["left", "grey", "done, and taken back"];
  if (outcome !== null) return [...looks[outcome], current && state !== "waiting" ? `${outcome} before` : outcome];
  return current ? ["runs", "blue", "it is here"] : ["minus", "grey", "not yet"];
}
