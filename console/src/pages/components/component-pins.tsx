import type { Reply } from "../../api/types.ts";
import { SmallTable } from "../../parts/small-table.tsx";
import { Tag, type Tone } from "../../parts/tag.tsx";
import { standingOf } from "./component-words.ts";

type Pin = Reply<"/components/{name}">["pins"][number];

/** The places that fix its versions, and how each stands to its upstream. */
export function ComponentPins({ pins }: { readonly pins: readonly Pin[] }) {
  if (pins.length === 0) return <p className="mw-plain mw-dim">Nothing that was read fixes a version of it.</p>;
  return (
    <SmallTable<Pin>
      label="Where its versions are fixed"
      rows={pins}
      stacks
      keyOf={({ id, source }) => `${source} ${id}`}
      columns={[
        {
          title: "What is fixed",
          cell: ({ kind, name, environment }) => (
            <div className="mw-why">
              <span>{name}</span>
              <span className="mw-dim">
                {kind}
                {environment === null ? "" : `, ${environment}`}
              </span>
            </div>
          ),
        },
        { title: "Version", cell: ({ version, state }) => <Fixed version={version} state={state} /> },
        {
          title: "Upstream",
          cell: (pin) => (
            <div className="mw-why">
              <span>{standingOf(pin)}</span>
              {pin.newest === null ? undefined : (
                <span className="mw-dim">
                  newest {pin.newest}
                  {pin.next === null || pin.next === pin.newest ? "" : `, next step ${pin.next}`}
                </span>
              )}
            </div>
          ),
        },
        {
          title: "Where",
          cell: ({ file, line, source }) => (
            <div className="mw-why">
              <span className="mw-mono">{`${file}:${line}`}</span>
              <span className="mw-dim">{source.replace(/^repository:/, "")}</span>
            </div>
          ),
        },
      ]}
    />
  );
}

const tones: Readonly<Record<string, Tone>> = { pinned: "green", moving: "orange", missing: "red" };

function Fixed({ version, state }: Pick<Pin, "version" | "state">) {
  return (
    <div className="mw-why">
      <span className="mw-mono">{version ?? "none"}</span>
      <span>
        <Tag tone={tones[state] ?? "grey"}>{state}</Tag>
      </span>
    </div>
  );
}
