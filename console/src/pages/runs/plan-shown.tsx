import type { ReactNode } from "react";
import { Section } from "../../parts/facts.tsx";
import { EffectTag, kindWords, type PlannedStep, ReceiptTag } from "./step-words.tsx";

/** A plan before it is run. */
export function PlanShown({
  plan,
  environment,
  children,
}: {
  readonly plan: { readonly title: string; readonly digest: string; readonly steps: readonly PlannedStep[] };
  readonly environment: string;
  /** What can be done with it. */
  readonly children: ReactNode;
}) {
  return (
    <Section title={`The plan: ${plan.title} in ${environment}`}>
      <ol className="mw-run-steps" aria-label="Steps of the plan">
        {plan.steps.map((step, index) => (
          <li key={step.name}>
            <span className="mw-run-sign" data-tone="grey">
              {index + 1}
            </span>
            <div>
              <strong>{step.title}</strong>
              <div className="mw-dim">{kindWords[step.kind]}</div>
              <EffectTag step={step} /> <ReceiptTag step={step} />
            </div>
          </li>
        ))}
      </ol>
      <p className="mw-dim mw-mono mw-run-plain" style={{ marginTop: 8, overflowWrap: "anywhere" }}>
        digest {plan.digest}
      </p>
      {children}
    </Section>
  );
}
