import type { Reply } from "../../api/types.ts";
import { Section } from "../../parts/facts.tsx";

/** Each role with what it may do besides what the ones before it may, from the routes themselves. */
export function Rights({ of: rights }: { readonly of: Reply<"/documents/security">["rights"] }) {
  return (
    <Section title="Who may do what">
      <div className="mw-document">
        <p>
          A role is held in an environment or in all; each may do what those before it may. Nobody agrees to what they
          asked for themselves.
        </p>
        <ul>
          {rights.map(({ role, says, verbs }) => (
            <li key={role}>
              {verbs.length === 0 ? (
                <>
                  <strong>{role}</strong> {says}
                </>
              ) : (
                <details>
                  <summary>
                    <strong>{role}</strong> {says} <span className="mw-dim">{verbs.length} verbs</span>
                  </summary>
                  <ul>
                    {verbs.map(({ cli, summary, effect }) => (
                      <li key={cli}>
                        <span className="mw-mono">{cli}</span>{" "}
                        <span className="mw-dim">
                          {summary}
                          {effect === "outside" ? " (changes the platform)" : ""}
                        </span>
                      </li>
                    ))}
                  </ul>
                </details>
              )}
            </li>
          ))}
        </ul>
      </div>
    </Section>
  );
}
