import { Tag } from "../../parts/tag.tsx";
import { effectWords } from "./run-words.ts";

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
  const words = effectWords(effect);
  if (words === undefined) return undefined;
  const final = effect === "irreversible";
  return (
    <Tag tone={final ? "red" : "grey"} icon={final ? "incidents" : "left"}>
      {words}
    </Tag>
  );
}
