import type { IconName } from "./icon.tsx";
import { Tag, type Tone } from "./tag.tsx";

const looks: Readonly<Record<string, readonly [Tone, IconName]>> = {
  healthy: ["green", "check"],
  degraded: ["yellow", "incidents"],
  affected: ["yellow", "incidents"],
  unhealthy: ["red", "cross"],
  absent: ["grey", "minus"],
  unknown: ["grey", "question"],
  gone: ["grey", "minus"],
};

/** How a component is. Affected (by another that is in trouble), absent (it is not there), unknown (it could not be asked) and unhealthy are three different things. */
export function Health({ of }: { readonly of: string }) {
  const [tone, icon] = looks[of] ?? ["grey", "question"];
  return (
    <Tag tone={tone} icon={icon}>
      {of}
    </Tag>
  );
}
