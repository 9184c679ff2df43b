import { useRead } from "../../api/use-read.ts";
import { CliLine } from "../../parts/cli-line.tsx";
import { Icon } from "../../parts/icon.tsx";
import { SmallTable } from "../../parts/small-table.tsx";
import { Time } from "../../parts/time.tsx";
import { useEnvironment } from "../../state/use-search.ts";
import { heldText } from "./incident-words.ts";
import "./incidents.css";

/** Alerts that are no incident so far, on purpose: one line that opens; nothing where none waits, and a line where nobody can tell. */
export function HeldAlerts() {
  const chosen = useEnvironment();
  const { data, cli, error } = useRead("/held-alerts", {});
  const held = (data?.items ?? []).filter(({ environment }) => chosen === undefined || environment === chosen);
  const text = heldText(held, error);
  if (held.length === 0) return text === undefined ? undefined : <p className="mw-held">{text}</p>;
  return (
    <details className="mw-held">
      <summary>
        <Icon name="pause" size={13} /> <span>{text}</span>
      </summary>
      <p>What still fires once that has ended becomes an incident; nobody is called before.</p>
      {cli === undefined ? undefined : <CliLine command={cli} />}
      <SmallTable
        label="Alerts that wait"
        rows={held}
        keyOf={({ title, labels }) => JSON.stringify([title, labels])}
        stacks
        columns={[
          { title: "Alert", cell: ({ title }) => title },
          { title: "About", cell: ({ component, environment }) => `${component} in ${environment}` },
          { title: "Held down by", cell: ({ heldBy }) => heldBy },
          { title: "Waits since", cell: ({ heldAt }) => <Time at={heldAt} show="both" /> },
        ]}
      />
    </details>
  );
}
