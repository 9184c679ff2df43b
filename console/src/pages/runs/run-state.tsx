import { Tag } from "../../parts/tag.tsx";
import { lookOf, type RunRow } from "./run-words.ts";

export function RunState({ of }: { readonly of: Pick<RunRow, "state" | "waitsFor"> }) {
  const [word, tone, icon] = lookOf(of);
  return (
    <Tag tone={tone} icon={icon}>
      {word}
    </Tag>
  );
}
