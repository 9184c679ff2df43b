import { join } from "node:path";
import { incidentDocuments } from "../../incidents/markdown.ts";
import { signerOf } from "../../journal/anchor.ts";
import type { LogBranch } from "../../journal/branch.ts";
import { publishJournal } from "../../journal/publish.ts";
import { journalService } from "../../journal/routes.ts";
import { journalReportAsHtml } from "../../reports/journal-report.ts";
import { provide } from "../services.ts";
import type { Building, Capability } from "./capability.ts";

/** The journal: signed with a key outside of the database, and pushed where a credential for its branch is given. */
export async function journalOf(building: Building): Promise<Capability> {
  const { parts } = building;
  const { signingKey, everyMinutes, pushWith } = parts.config().journal;
  const signer =
    signingKey === undefined ? undefined : signerOf(await parts.useSecret(signingKey, "signing the journal"));
  const provided = [provide(journalService, { signer, reportAsHtml: journalReportAsHtml })];
  if (pushWith === undefined) return { provided };
  return {
    provided,
    jobs: [
      {
        id: "journal",
        everySeconds: everyMinutes * 60,
        timeoutSeconds: 600,
        async run({ store, now }) {
          await withLog(building, async (log) => {
            await publishJournal(store, now, { ...log, signer, documents: incidentDocuments });
          });
        },
      },
    ],
  };
}

/** Does the work where the log is pushed; nothing where no repository is configured. */
async function withLog(
  { parts, ports, platform }: Building,
  work: (log: { readonly log: LogBranch; readonly target: string }) => Promise<void>,
): Promise<void> {
  const { repositories, journal } = parts.config();
  const repository = repositories.find(({ name }) => name === journal.repository) ?? repositories[0];
  if (repository === undefined || journal.pushWith === undefined) return;
  const folder = join(parts.dataFolder, "log");
  const url = repository.url ?? `file://${repository.folder}`;
  const secret = await parts.useSecret(journal.pushWith, "pushing the journal");
  const { branch } = platform().journal;
  const git = await ports.openLog(folder);
  const credential = { url, secret: repository.url === undefined ? undefined : secret };
  await ports.withGitCredential(folder, credential, (env) =>
    work({ log: { git, branch, remote: { url, env } }, target: `${repository.name}/${branch}` }),
  );
}
