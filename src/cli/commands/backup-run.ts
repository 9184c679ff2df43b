import { Command, Option } from "commander";
import { bodyOf, kindOf } from "../../backups/kinds/index.ts";
import { proveOwn } from "../../backups/prove-own.ts";
import { type SealedManifest, sizeOf } from "../../backups/repository/manifest.ts";
import type { OwnProof } from "../../backups/repository/own-proof.ts";
import { backUp } from "../../backups/run.ts";
import { Meter } from "../../backups/schedule/meter.ts";
import { InputError, messageOf, SystemError } from "../../kernel/errors.ts";
import { type BackupClass, backupClasses } from "../../platform/backup-schedule.ts";
import { lasted, sized } from "../../reports/backup/words.ts";
import { indented, shown, styled, table } from "../../reports/table.ts";
import {
  type BackupPlace,
  backupAt,
  catalogueAt,
  interruptible,
  type PlaceOptions,
  placeOf,
  withPlace,
} from "../backup-places.ts";
import { asJson, asYaml, outputOption, render } from "../output.ts";
import { folderOf } from "../platform.ts";
import type { BackupShell, ExitCode, Shell } from "../shell.ts";
import { version } from "../version.ts";

interface RunOptions extends PlaceOptions {
  readonly output: string;
  readonly store?: readonly string[];
  readonly prove?: boolean;
  readonly scratch?: string;
  readonly quiet?: boolean;
  readonly class: BackupClass;
  readonly mark?: string;
}

/** What became of one store. */
type Outcome =
  | { readonly store: string; readonly kind: "backed-up"; readonly sealed: SealedManifest; readonly proof?: OwnProof }
  | { readonly store: string; readonly kind: "failed"; readonly why: string };

/** `millwright backup init` */
export function initCommand(shell: Shell): Command {
  return withPlace(new Command("init").description("Make the repository of an environment's backups, once")).action(
    async (options: PlaceOptions) => {
      const { repository, environment } = await placeOf(shell, await shell.backups(), options);
      if ((await repository.id()) !== undefined) throw new InputError(`${environment} has its repository already.`);
      shell.out(
        `Made the repository ${await repository.init()} for ${environment}. Keep its key where no fire takes both: without it all backups are lost.\n`,
      );
    },
  );
}

/** `millwright backup run` */
export function runCommand(shell: Shell, exit: (code: ExitCode) => void): Command {
  return withPlace(new Command("run"))
    .description("Back up the declared stores of an environment; needs no server")
    .option("--store <component/store...>", "only these")
    .option("--prove", "restore each into a throw-away PostgreSQL at once and compare")
    .option("--scratch <dir>", "where restored data may lie meanwhile (default: the system's folder for such)")
    .option("--quiet", "say nothing of the progress")
    .addOption(
      new Option("--class <class>", "what it is taken for: how long it is kept")
        .choices([...backupClasses])
        .default("by-hand"),
    )
    .addOption(new Option("--mark <run/step>", "by which a server finds it again").hideHelp())
    .addOption(outputOption(["table", "json", "yaml", "jsonl"]))
    .addHelpText("after", "\nExit codes: 0 all backed up (and proven), 2 a proof failed, 1 a store has no new backup.")
    .action(async (options: RunOptions) => {
      const binding = await shell.backups();
      const place = await placeOf(shell, binding, options);
      const stores = chosen(place, options.store);
      const outcomes: Outcome[] = [];
      await interruptible(binding, async (signal) => {
        for (const store of stores) {
          const outcome = signal.aborted ? broken(store) : await one(store, place, options, shell, binding, signal);
          outcomes.push(outcome);
          if (options.output === "jsonl") shell.out(outcomeLine(outcome));
        }
      });
      if (options.output === "jsonl") return exit(codeOf(outcomes));
      shell.out(
        render(options.output, {
          table: () => asText(outcomes, shell),
          json: () => asJson(outcomes),
          yaml: () => asYaml(outcomes),
        }),
      );
      exit(codeOf(outcomes));
    });
}

type Store = BackupPlace["declared"]["stores"][number];

function chosen({ declared, environment }: BackupPlace, wanted: readonly string[] | undefined): readonly Store[] {
  const { stores } = declared;
  const known = stores.map(({ component, store }) => `${component}/${store}`);
  const strange = wanted?.find((name) => !known.includes(name));
  if (strange !== undefined)
    throw new InputError(`${environment} declares no store ${strange}; it has ${known.join(", ") || "none"}.`);
  if (stores.length === 0) throw new InputError(`${environment} declares no stores under backups.`);
  return stores.filter(({ component, store }) => wanted === undefined || wanted.includes(`${component}/${store}`));
}

/** One store's failure keeps no other from being backed up. */
async function one(
  store: Store,
  place: BackupPlace,
  options: RunOptions,
  shell: Shell,
  binding: BackupShell,
  signal: AbortSignal,
): Promise<Outcome> {
  const name = `${store.component}/${store.store}`;
  try {
    const sealed = await backUp(
      {
        ...place,
        store,
        unique: shell.uniqueId().slice(0, 8),
        millwright: version,
        systems: shell.systems,
        clock: shell.clock,
        progress: progressTo(shell, options, name),
        moved: movedTo(shell, options, name, await sizeBefore(place, name, options)),
        class: options.class,
        run: options.mark,
        signal,
      },
      binding.ports,
    );
    if (options.prove !== true) return { store: name, kind: "backed-up", sealed };
    const proof = await proveHere(sealed.manifest.id, place, options, shell, binding, signal);
    return { store: name, kind: "backed-up", sealed, proof };
  } catch (thrown) {
    if (!(thrown instanceof InputError) && !(thrown instanceof SystemError)) throw thrown;
    return { store: name, kind: "failed", why: messageOf(thrown) };
  }
}

/** Proves one of our own backups on this machine. */
export async function proveHere(
  id: string,
  place: BackupPlace,
  options: Pick<RunOptions, "scratch" | "quiet" | "output">,
  shell: Shell,
  binding: BackupShell,
  signal: AbortSignal,
): Promise<OwnProof> {
  const { backup, identity } = await backupAt(place, id);
  return proveOwn(
    {
      ...place,
      backup,
      identity,
      provenBy: shell.variable("USER") ?? "unknown",
      scratch: options.scratch === undefined ? binding.scratch : folderOf(shell, options.scratch),
      path: binding.path,
      systems: shell.systems,
      clock: shell.clock,
      progress: progressTo(shell, options, backup.store),
      signal,
    },
    binding.ports,
  );
}

function progressTo(
  shell: Shell,
  { quiet, output }: Pick<RunOptions, "quiet" | "output">,
  store: string,
): (text: string) => void {
  return (text) => {
    if (output === "jsonl") shell.out(progressLine({ store, text }));
    else if (quiet !== true) shell.err(`${text}\n`);
  };
}

/** For programs: how much went into the repository, how fast, and how long it still takes if it is as large as the last one. */
function movedTo(
  { out, clock }: Shell,
  { output }: RunOptions,
  store: string,
  before: number | undefined,
): (bytes: number) => void {
  if (output !== "jsonl") return () => undefined;
  const meter = new Meter(Date.parse(clock.now()), before);
  return (bytes) => {
    const told = meter.add(bytes, Date.parse(clock.now()));
    if (told !== undefined) out(progressLine({ store, ...told }));
  };
}

/** What the last backup of a store came to; undefined where nobody asks, or there is none. */
async function sizeBefore(place: BackupPlace, store: string, { output }: RunOptions): Promise<number | undefined> {
  if (output !== "jsonl") return undefined;
  return (await catalogueAt(place)).backups.find((one) => one.store === store)?.bytes;
}

function progressLine(said: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify({ kind: "progress", ...said })}\n`;
}

function outcomeLine(outcome: Outcome): string {
  const { store, kind } = outcome;
  const line = { kind: "outcome", store, outcome: kind };
  if (outcome.kind === "failed") return `${JSON.stringify({ ...line, why: outcome.why })}\n`;
  const { sealed, proof } = outcome;
  const made = { ...line, backup: sealed.manifest.id, bytes: sizeOf(sealed.manifest) };
  if (proof === undefined) return `${JSON.stringify(made)}\n`;
  const { verdict } = proof;
  const proofWhy = verdict.kind === "failed" ? verdict.why : verdict.kind === "unknown" ? [verdict.why] : [];
  return `${JSON.stringify({ ...made, proof: verdict.kind, proofWhy })}\n`;
}

function broken({ component, store }: Store): Outcome {
  return { store: `${component}/${store}`, kind: "failed", why: "not begun: the run was broken off" };
}

function codeOf(outcomes: readonly Outcome[]): ExitCode {
  if (outcomes.some(({ kind }) => kind === "failed")) return 1;
  const bad = outcomes.some(
    (one) => one.kind === "backed-up" && one.proof !== undefined && one.proof.verdict.kind !== "proven",
  );
  return bad ? 2 : 0;
}

function asText(outcomes: readonly Outcome[], shell: Shell): string {
  const { terminal } = shell;
  const done = outcomes.flatMap((one) => (one.kind === "backed-up" ? [one] : []));
  const rows = done.map(({ store, sealed: { manifest }, proof }) => [
    store,
    manifest.id,
    sized(sizeOf(manifest)),
    shown(kindOf(manifest.kind).summary(bodyOf(manifest))),
    lasted(Date.parse(manifest.endedAt) - Date.parse(manifest.takenAt)),
    proof === undefined ? "not yet" : proof.verdict.kind,
  ]);
  return [
    ...(rows.length === 0 ? [] : [table(terminal, ["store", "backup", "size", "holds", "took", "proof"], rows)]),
    ...done.flatMap(({ proof }) => (proof === undefined ? [] : whyOf(proof, shell))),
    ...outcomes.flatMap((one) =>
      one.kind === "failed"
        ? [indented(terminal, shown(one.why), "    ", styled(terminal, "red", `${one.store} has no new backup: `))]
        : [],
    ),
  ].join("\n");
}

/** Why a proof is none. */
export function whyOf({ verdict }: OwnProof, { terminal }: Shell): readonly string[] {
  switch (verdict.kind) {
    case "proven":
      return [];
    case "sampled":
      return [indented(terminal, shown(verdict.what), "    ", "  ~ ")];
    case "failed":
      return verdict.why.map((why) => indented(terminal, shown(why), "    ", "  ! "));
    case "unknown":
      return [indented(terminal, shown(`${verdict.why}. ${verdict.howToLearn}`), "    ", "  ? ")];
  }
}
