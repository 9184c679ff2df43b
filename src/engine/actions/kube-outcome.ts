import { SystemError } from "../../kernel/errors.ts";
import type { Fact } from "../../kernel/fact.ts";
import type { KubeObject, KubeWritten } from "../../kernel/kube.ts";
import type { Evidence, Outcome } from "../action.ts";

/** The annotation by which an object says which step of which run changed it last. */
export const markAnnotation = "millwright.dev/run";

/** As `managedFields` shows it. */
export const fieldManager = "millwright";

/** An object that has to be there. Not being allowed to look is not the same as its absence: it throws. */
export function foundOf<T>(fact: Fact<T>): T | undefined {
  switch (fact.kind) {
    case "known":
      return fact.value;
    case "absent":
      return undefined;
    case "unknown":
      throw new SystemError(`${fact.why} ${fact.howToLearn}`, "stop");
  }
}

/** A conflict is tried again: whoever wrote first may have been ourselves. A refusal is an answer. */
export function outcomeOf(written: KubeWritten, message: string, evidence: Evidence): Outcome {
  switch (written.kind) {
    case "written":
      return { kind: "done", message, evidence: { ...evidence, resourceVersion: versionOf(written.object) } };
    case "conflict":
      return { kind: "errored", message: `Somebody else changed it first: ${written.why}` };
    case "absent":
      return { kind: "failed", message: written.why };
    case "refused":
      return { kind: "failed", message: `${written.why} ${written.howToLearn}` };
  }
}

export function markOf(object: KubeObject): string | undefined {
  return object.metadata.annotations?.[markAnnotation];
}

export function versionOf(object: KubeObject): string | undefined {
  return object.metadata.resourceVersion;
}
