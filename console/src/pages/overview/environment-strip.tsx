import { Link } from "@tanstack/react-router";
import type { Reply } from "../../api/types.ts";
import { Health } from "../../parts/health.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Tag } from "../../parts/tag.tsx";
import { Time } from "../../parts/time.tsx";

type Summary = Reply<"/overview">["environments"][number];

/** Each environment in a card: how it is, what is open there, and when it may be worked on. */
export function EnvironmentStrip({ environments }: { readonly environments: readonly Summary[] }) {
  return (
    <section aria-label="Environments">
      <ul className="mw-strip">
        {environments.map((environment) => (
          <EnvironmentCard key={environment.name} of={environment} />
        ))}
      </ul>
    </section>
  );
}

function EnvironmentCard({ of }: { readonly of: Summary }) {
  const { name, health, findings, runs, incidents } = of;
  const link = { environment: name } as never;
  return (
    <li className="mw-card">
      <p className="mw-strip-head">
        <Link to="/components" search={link}>
          {name}
        </Link>
        {health === undefined ? <span className="mw-dim">health not set up</span> : <Health of={health} />}
      </p>
      <p className="mw-strip-counts">
        <Link to="/findings" search={{ environment: name, severity: "critical" } as never}>
          <strong data-bad={findings.critical > 0 ? "" : undefined}>{findings.critical}</strong> critical
        </Link>
        <Link to="/findings" search={{ environment: name, severity: "high" } as never}>
          <strong>{findings.high}</strong> high
        </Link>
        <Link to="/incidents" search={link}>
          <strong data-bad={incidents > 0 ? "" : undefined}>{incidents}</strong>{" "}
          {incidents === 1 ? "incident" : "incidents"}
        </Link>
        <Link to="/runs" search={link}>
          <strong>{runs}</strong> {runs === 1 ? "run" : "runs"}
        </Link>
      </p>
      <p className="mw-strip-window mw-dim">
        <Icon name="clock" size={13} />
        <Window of={of.window} />
      </p>
    </li>
  );
}

function Window({ of: { isOpen, from, until, frozenUntil, rules } }: { readonly of: Summary["window"] }) {
  if (frozenUntil !== undefined)
    return (
      <span>
        <Tag tone="blue" icon="lock">
          frozen
        </Tag>{" "}
        until <Time at={frozenUntil} show="exact" />
      </span>
    );
  if (from === undefined || until === undefined) return <span>no window of its own: work is not held back</span>;
  return (
    <span title={rules.join("; ")}>
      {isOpen ? "window open until " : "next window "}
      <Time at={isOpen ? until : from} show="both" />
    </span>
  );
}
