import { Tag } from "../../parts/tag.tsx";
import { effectWords, receiptWords } from "./run-words.ts";

/** A step of a plan, before or after it was done. */
export interface PlannedStep {
  readonly name: string;
  readonly title: string;
  readonly kind: "act" | "check" | "wait" | "approve" | "attest";
  /** `none`, `irreversible`, or how it is taken back. */
  readonly effect: string;
  /** Null: it demands no backup receipt. */
  readonly receipt: { readonly component: string | null; readonly stores: readonly string[] } | null;
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

/** The backup receipt that a step demands; nothing of a step that demands none. */
export function ReceiptTag({ step: { receipt } }: { readonly step: Pick<PlannedStep, "receipt"> }) {
  const words = receiptWords(receipt);
  return words === undefined ? undefined : <Tag tone="blue">{words}</Tag>;
}
