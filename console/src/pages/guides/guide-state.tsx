import type { IconName } from "../../parts/icon.tsx";
import { Tag, type Tone } from "../../parts/tag.tsx";
import type { GuideState } from "./guide-lines.ts";

const looks: Readonly<Record<GuideState, readonly [Tone, IconName, string]>> = {
  overdue: ["red", "clock", "overdue"],
  due: ["yellow", "clock", "due"],
  open: ["orange", "incidents", "open"],
  unknown: ["grey", "question", "not known"],
  done: ["green", "check", "done"],
  "not-applicable": ["grey", "minus", "not applicable"],
};

/** How a line of a guide stands. */
export function GuideStateTag({ of }: { readonly of: GuideState }) {
  const [tone, icon, words] = looks[of];
  return (
    <Tag tone={tone} icon={icon}>
      {words}
    </Tag>
  );
}
