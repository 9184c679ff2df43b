import { CliLine } from "../../parts/cli-line.tsx";
import { command } from "../../parts/command.ts";
import { Few } from "../../parts/few.tsx";
import { NotSetUp } from "../../parts/not-set-up.tsx";
import { Notice } from "../../parts/notice.tsx";
import { Time } from "../../parts/time.tsx";
import { useEnvironments } from "../../state/environments.ts";
import { useEnvironment } from "../../state/use-search.ts";
import { type BareEnvironment, type EnvironmentRow, sentence } from "./store-words.ts";

/** In place of everything where no backups are declared. */
export function BackupsNotSetUp({ environment }: { readonly environment: string | undefined }) {
  return (
    <NotSetUp
      what={environment === undefined ? "Backing up" : `Backing up ${environment}`}
      how={
        <>
          Name a repository, its key and the stores of {environment ?? "each environment"} under <code>backups</code> in{" "}
          <code>millwright.server.yaml</code> (docs/backups.md); then make the repository. Until then nothing shows that
          anything could be brought back. Backups that others made are proven without any of this:{" "}
          <code>millwright backup prove SOURCE</code>.
        </>
      }
      command={command`millwright backup init --environment ${environment ?? "production"}`}
    />
  );
}

/** What is wrong with whole environments: their repository does not answer, or there is none. */
export function NotDeclared({
  environments,
  undeclared,
}: {
  readonly environments: readonly EnvironmentRow[];
  readonly undeclared: readonly BareEnvironment[];
}) {
  const all = useEnvironments();
  const chosen = useEnvironment();
  // One of which nothing is known that could be lost is no trouble: it is only named.
  const bare = undeclared.filter(({ stores }) => stores.length > 0);
  const missing =
    // Where none is declared at all, that is said in place of everything.
    chosen === undefined && environments.length > 0
      ? all.filter((name) => ![...environments, ...bare].some(({ environment }) => environment === name))
      : [];
  return (
    <>
      {bare.map(({ environment, stores }) => (
        <Notice key={environment} tone="orange" icon="incidents" title={`Nothing of ${environment} is backed up`}>
          <p>
            <Few of={stores} />
          </p>
          <p>
            Give it a repository and stores under <code>backups.environments</code> of{" "}
            <code>millwright.server.yaml</code> (docs/backups.md); what may be lost is named under{" "}
            <code>disposable</code>, with the reason.
          </p>
        </Notice>
      ))}
      {environments.map(({ environment, unseen, seenAt }) =>
        unseen === null ? undefined : (
          <Notice
            key={environment}
            tone="orange"
            icon="incidents"
            title={
              seenAt === null
                ? `Nothing is known yet of the repository of ${environment}`
                : `The repository of ${environment} does not answer`
            }
          >
            <p>{sentence(unseen)}</p>
            {seenAt === null ? undefined : (
              <p className="mw-dim">
                What stands here is of <Time at={seenAt} show="both" />.
              </p>
            )}
            <p>
              {seenAt === null ? "" : "Nothing is backed up or proven there meanwhile. "}It is asked every minute; by
              hand, where the runner works:
            </p>
            <CliLine command={command`millwright backup list --environment ${environment}`} />
          </Notice>
        ),
      )}
      {missing.length === 0 ? undefined : (
        <p className="mw-bk-plain mw-dim">
          Not set up: backups of <Few of={missing} />. Their repositories and stores are named under{" "}
          <code>backups</code> in <code>millwright.server.yaml</code> (docs/backups.md).
        </p>
      )}
    </>
  );
}
