import { Link } from "@tanstack/react-router";
import type { Reply } from "../../api/types.ts";
import { Facts } from "../../parts/facts.tsx";
import { Health } from "../../parts/health.tsx";
import { Tag } from "../../parts/tag.tsx";
import { Time } from "../../parts/time.tsx";

type Environment = Reply<"/environments">["items"][number];

const kinds = ["unhealthy", "affected", "unknown", "healthy"] as const;

/** One environment: how it is, what holds there, and what is not set up yet, with how. */
export function EnvironmentCard({ of }: { readonly of: Environment }) {
  const { name, health, components, findings, mode } = of;
  const counts = kinds.filter((kind) => components[kind] > 0).map((kind) => `${components[kind]} ${kind}`);
  return (
    <li className="mw-card">
      <h2>
        <Link to="/components" search={{ environment: name } as never}>
          {name}
        </Link>
        {health === undefined ? <span className="mw-dim">health not set up</span> : <Health of={health} />}
      </h2>
      <Facts
        of={{
          Health: counts.length === 0 ? <NotThere of={of.endpoints} /> : counts.join(", "),
          Findings: (
            <Link to="/findings" search={{ environment: name } as never}>
              {findings.critical} critical, {findings.high} high, {findings.medium + findings.low} lesser
            </Link>
          ),
          Cluster: of.cluster.state === "configured" ? <Cluster of={of} /> : <NotThere of={of.cluster} />,
          Follows: of.ref === undefined ? undefined : <span className="mw-mono">{of.ref}</span>,
          "Self-heal": of.selfHeal === undefined ? "nobody said" : of.selfHeal ? "on" : "off",
          Window: <Window of={of.window} />,
          Changes: (
            <>
              mode {mode}
              {of.secondPerson ? "; a second person must agree" : ""}
            </>
          ),
        }}
      />
    </li>
  );
}

function Cluster({ of: { kubernetes, cluster } }: { readonly of: Environment }) {
  return (
    <>
      {kubernetes === undefined ? "looked at" : `Kubernetes ${kubernetes}`}
      {cluster.changer ? "" : ", read only"}
    </>
  );
}

function NotThere({ of }: { readonly of: { readonly how?: string } }) {
  return (
    <span>
      <Tag tone="grey" icon="question">
        not set up
      </Tag>{" "}
      <span className="mw-dim">{of.how}</span>
    </span>
  );
}

function Window({ of: { rules, isOpen, from, until, frozenUntil } }: { readonly of: Environment["window"] }) {
  if (frozenUntil !== undefined)
    return (
      <>
        frozen until <Time at={frozenUntil} show="exact" />
      </>
    );
  if (from === undefined || until === undefined) return <>none of its own</>;
  return (
    <span title={rules.join("; ")}>
      {isOpen ? "open until " : "opens "}
      <Time at={isOpen ? until : from} show="both" />
    </span>
  );
}
