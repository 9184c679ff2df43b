import type { IconName } from "../../parts/icon.tsx";
import { Tag, type Tone } from "../../parts/tag.tsx";
import { type Standing, standingWords } from "./store-words.ts";

const looks: Readonly<Record<Standing, readonly [Tone, IconName]>> = {
  failed: ["red", "cross"],
  none: ["red", "minus"],
  forgotten: ["orange", "question"],
  "too-old": ["orange", "clock"],
  "not-proven": ["yellow", "question"],
  foreign: ["blue", "link"],
  unknown: ["grey", "question"],
  "backed-up": ["green", "check"],
  disposable: ["grey", "right"],
};

/** How a store stands. */
export function StandingTag({ of }: { readonly of: Standing }) {
  const [tone, icon] = looks[of];
  return (
    <Tag tone={tone} icon={icon}>
      {standingWords[of]}
    </Tag>
  );
}

const verdicts: Readonly<Record<string, readonly [Tone, IconName, string]>> = {
  proven: ["green", "check", "proven"],
  failed: ["red", "cross", "proof failed"],
  sampled: ["blue", "check", "samples only"],
  unknown: ["grey", "question", "could not tell"],
  "not-proven": ["yellow", "question", "not proven"],
};

/** What the last telling proof of a backup said. */
export function VerdictTag({ of }: { readonly of: string }) {
  const [tone, icon, words] = verdicts[of] ?? ["grey", "question", of];
  return (
    <Tag tone={tone} icon={icon}>
      {words}
    </Tag>
  );
}

const outcomes: Readonly<Record<string, readonly [Tone, IconName]>> = {
  passed: ["green", "check"],
  verified: ["green", "check"],
  failed: ["red", "cross"],
  refuted: ["red", "cross"],
  incomplete: ["orange", "question"],
};

/** What came of a drill, a check or a claim, in the API's own word. */
export function OutcomeTag({ of }: { readonly of: string }) {
  const [tone, icon] = outcomes[of] ?? ["grey", "question"];
  return (
    <Tag tone={tone} icon={icon}>
      {of}
    </Tag>
  );
}

export function FenceTag({ fenced }: { readonly fenced: boolean }) {
  return fenced ? (
    <Tag tone="green" icon="lock">
      fenced
    </Tag>
  ) : (
    <Tag tone="grey" icon="minus">
      unfenced
    </Tag>
  );
}
