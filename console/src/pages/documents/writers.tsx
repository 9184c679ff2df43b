import { useState } from "react";
import type { Reply } from "../../api/types.ts";
import { Section } from "../../parts/facts.tsx";
import { SmallTable } from "../../parts/small-table.tsx";

type SecurityReply = Reply<"/documents/security">;

const atFirst = 20;

/** Who can change the platform: this server, and whom the clusters let in. */
export function Writers(props: {
  readonly of: SecurityReply["writers"];
  readonly unseen: readonly string[];
  readonly own: readonly string[];
  readonly mode: SecurityReply["mode"];
}) {
  const { of: writers, unseen, own, mode } = props;
  const [whole, setWhole] = useState(false);
  return (
    <Section title="Who can write">
      <div className="mw-document">
        <p>
          {own.length === 0
            ? "This server holds no credential that can change the platform."
            : `This server holds credentials that can change the platform (${own.join(", ")}); it uses them in mode act alone, and is in mode ${mode}.`}
        </p>
        {unseen.length === 0 ? undefined : (
          <p>
            Not known for {unseen.join(", ")}: the cluster was not seen, or its roles and bindings could not be read
            (docs/assess.md has the rights that this takes).
          </p>
        )}
        {writers.length === 0 ? undefined : (
          <SmallTable
            label="Who can change a cluster without Git"
            rows={whole ? writers : writers.slice(0, atFirst)}
            keyOf={({ environment, name }) => `${environment}/${name}`}
            stacks
            columns={[
              { title: "Environment", cell: ({ environment }) => environment },
              { title: "Who", cell: ({ name }) => name },
              { title: "May", cell: ({ powers }) => powers.join(", ") },
              { title: "In", cell: ({ places }) => places.map((one) => (one === "*" ? "everywhere" : one)).join(", ") },
              { title: "By", cell: ({ bindings }) => <span className="mw-mono">{bindings.join(", ")}</span> },
            ]}
          />
        )}
        {whole || writers.length <= atFirst ? undefined : (
          <div>
            <button type="button" className="mw-text-button" onClick={() => setWhole(true)}>
              Show {writers.length - atFirst} more
            </button>
          </div>
        )}
      </div>
    </Section>
  );
}
