import { Tag } from "../../parts/tag.tsx";

/** A step of a plan, before or after it was done. */
export interface PlannedStep {
  readonly name: string;
  readonly title: string;
  readonly kind: "act" | "check" | "wait" | "approve" | "attest";
  /** `none`, `irreversible`, or how it is taken back. */
  readonly effect: string;
}

export const kindWords: Readonly<Record<PlannedStep["kind"], string>> = {
  act: "changes something",
  check: "looks",
  wait: "waits",
  approve: "an approver agrees",
  attest: "a person does it by hand",
};

/** What a step leaves outside; nothing of a step that leaves nothing. */
export function EffectTag({ step: { effect } }: { readonly step: Pick<PlannedStep, "effect"> }) {
  if (effect === "none") return undefined;
  if (effect === "irreversible")
    return (
      <Tag tone="red" icon="incidents">
        cannot be taken back
      </Tag>
    );
  return (
    <Tag tone="grey" icon="left">
      taken back: {effect}
    </Tag>
  );
}
