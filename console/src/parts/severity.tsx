import type { IconName } from "./icon.tsx";
import { Tag, type Tone } from "./tag.tsx";

export type SeverityName = "critical" | "high" | "medium" | "low";

const looks: Readonly<Record<SeverityName, readonly [Tone, IconName]>> = {
  critical: ["red", "stop"],
  high: ["orange", "incidents"],
  medium: ["yellow", "up"],
  low: ["grey", "minus"],
};

/** How bad something is. */
export function Severity({ of }: { readonly of: SeverityName }) {
  const [tone, icon] = looks[of];
  return (
    <Tag tone={tone} icon={icon}>
      {of}
    </Tag>
  );
}
