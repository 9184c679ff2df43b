import type { Reply } from "../../api/types.ts";
import { Health } from "../../parts/health.tsx";
import { RouteLink } from "../../parts/route-link.tsx";
import { Said } from "../../parts/said.tsx";
import { SmallTable } from "../../parts/small-table.tsx";
import { Time } from "../../parts/time.tsx";

type Instance = Reply<"/components/{name}">["instances"][number];

/** What runs where, what is declared, and how it is there with why. */
export function Instances({ instances }: { readonly instances: readonly Instance[] }) {
  return (
    <section aria-label="Versions by environment">
      <SmallTable<Instance>
        label="Versions by environment"
        rows={instances}
        stacks
        keyOf={({ environment }) => environment ?? ""}
        columns={[
          {
            title: "Environment",
            cell: ({ environment }) => environment ?? <span className="mw-dim">none named</span>,
          },
          { title: "Runs", cell: (instance) => <Version text={instance.live} absent={whyNotSeen(instance)} /> },
          { title: "Declared", cell: ({ declared }) => <Version text={declared} absent="not known" /> },
          { title: "Namespace", cell: ({ namespace }) => namespace ?? <span className="mw-dim">not known</span> },
          { title: "Health, and why", cell: (instance) => <Why of={instance} /> },
        ]}
      />
    </section>
  );
}

/** Not there, where the cluster was looked at; not known, and why, where nobody can tell. */
function whyNotSeen({ running, runningWhy }: Instance): string {
  return running === "absent" ? "does not run" : `not known: ${runningWhy ?? "not seen in a cluster"}`;
}

function Version({ text, absent }: { readonly text: string | null; readonly absent: string }) {
  return text === null ? <span className="mw-dim">{absent}</span> : <span className="mw-mono">{text}</span>;
}

function Why({ of: { environment, health, causes, trouble } }: { readonly of: Instance }) {
  if (health === undefined) return <span className="mw-dim">not set up: nothing asks how it is here</span>;
  return (
    <div className="mw-why">
      <Health of={health} />
      {causes.length === 0 ? undefined : (
        <span>
          because of{" "}
          {causes.map((cause, index) => (
            <span key={cause}>
              {index === 0 ? "" : ", "}
              <RouteLink route={`/components/${encodeURIComponent(cause)}`}>{cause}</RouteLink>
            </span>
          ))}
        </span>
      )}
      {trouble.map(({ probe, subject, since, evidence }) => (
        <span key={`${probe} ${subject}`}>
          <Said text={evidence} />{" "}
          <span className="mw-dim">
            (since <Time at={since} />)
          </span>
        </span>
      ))}
      {environment === null ? undefined : <span className="mw-hidden">in {environment}</span>}
    </div>
  );
}
