import type { Reply } from "../../api/types.ts";
import { Section } from "../../parts/facts.tsx";
import { State } from "../../parts/state.tsx";
import { Time } from "../../parts/time.tsx";
import "./finding-evidence.css";

type Finding = Reply<"/findings/{id}">;

/** Who shows it: each source with its last look. A source that cannot tell keeps a finding open. */
export function Sources({ of: sources }: { readonly of: Finding["sources"] }) {
  return (
    <Section title="Evidence: what shows it">
      <ul className="mw-evidence">
        {sources.map(({ source, shows, firstSeenAt, lastSeenAt, cannotTell }) => (
          <li key={source}>
            <span className="mw-mono">{source}</span>
            <State of={shows} />
            <span>
              last looked <Time at={lastSeenAt} show="both" />, first shown <Time at={firstSeenAt} />
            </span>
            {cannotTell === undefined ? undefined : <span>The last look could not tell: {cannotTell}</span>}
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** What became of it, newest first. */
export function History({ of: history }: { readonly of: Finding["history"] }) {
  return (
    <Section title="History">
      <ol className="mw-evidence">
        {history.toReversed().map(({ at, kind, source, detail }) => (
          <li key={`${at}${kind}${source}`}>
            <Time at={at} show="exact" />
            <strong>{kind}</strong>
            <span className="mw-mono">{source}</span>
            <span>{detail}</span>
          </li>
        ))}
      </ol>
    </Section>
  );
}
