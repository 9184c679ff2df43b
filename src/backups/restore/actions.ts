import * as z from "zod";
import { type ActionContext, type AnyAction, defineAction, type Outcome } from "../../engine/action.ts";
import type { RunnerEnd } from "../../kernel/backup-runner.ts";
import { InputError, SystemError } from "../../kernel/errors.ts";
import { jsonOr } from "../../kernel/json.ts";
import { type BackupsBinding, declaredFor, notDeclared } from "../server/config.ts";
import { progressLog } from "../server/progress.ts";

const Input = z.object({
  from: z.string(),
  stores: z.array(z.string()).default([]),
  safetyBackup: z.boolean().default(true),
});
type Input = z.infer<typeof Input>;

/** What the runner prints of a plan (`backup restore --in-place -o json`). */
const Planned = z.object({
  refuses: z.array(z.string()),
  plan: z.object({
    stores: z.array(
      z.object({
        store: z.string(),
        backup: z.string(),
        takenAt: z.string(),
        does: z.array(z.string()),
        loses: z.array(z.string()),
        notes: z.array(z.string()),
      }),
    ),
    left: z.array(z.object({ store: z.string(), why: z.string() })),
  }),
});

/** What it prints of a restore that was done. */
const Told = z.object({
  kind: z.literal("restored"),
  id: z.string(),
  state: z.enum(["begun", "restored", "failed", "undone"]),
  stores: z.array(
    z.object({
      store: z.string(),
      backup: z.string(),
      state: z.string(),
      safety: z.string().optional(),
      words: z.array(z.string()),
    }),
  ),
  applications: z.array(z.object({ component: z.string(), state: z.string(), words: z.string() })),
  notGivenBack: z.array(z.string()),
  notDown: z.array(z.string()).default([]),
});

const Refused = z.object({ kind: z.literal("plan"), refuses: z.array(z.string()) });

/** What a run may do to restore. The runner does it, where the data is; each attempt of a step is the same restore. */
export function restoreActions(binding: BackupsBinding): readonly AnyAction[] {
  return [
    defineAction<Input>(Input, {
      id: "backups/restore-plan",
      run: (context, input) => plan(binding, context, input),
    }),
    defineAction<Input>(Input, {
      id: "backups/restore",
      run: (context, input) => restore(binding, context, input),
      undo: (context) => undo(binding, context),
      describe: ({ from }) => `would restore ${from} in place`,
    }),
  ];
}

async function plan(binding: BackupsBinding, context: ActionContext, input: Input): Promise<Outcome> {
  const end = await call(binding, context, [...argsOf(input), "-o", "json"]);
  if (end.code === 1) throw new SystemError(wordsOf(end), "retry");
  const { refuses, plan: shown } = Planned.parse(JSON.parse(end.output));
  const evidence = { ...shown, refuses };
  for (const { store, does, loses, notes } of shown.stores)
    for (const words of [...does, ...loses.map((one) => `lost: ${one}`), ...notes]) context.log(`${store}: ${words}`);
  if (refuses.length > 0) return { kind: "failed", message: `It cannot be done: ${refuses.join("; ")}`, evidence };
  const lost = shown.stores.flatMap(({ loses }) => loses);
  const message = shown.stores.map(({ store, backup }) => `${store} from ${backup}`).join(", ");
  return {
    kind: "done",
    message: `${message}. Lost: ${lost.length === 0 ? "nothing" : lost.join("; ")}`.slice(0, 2000),
    evidence,
  };
}

async function restore(binding: BackupsBinding, context: ActionContext, input: Input): Promise<Outcome> {
  await context.fence();
  const end = await call(binding, context, [...argsOf(input), "--yes", "--mark", context.mark, "-o", "jsonl"]);
  return outcomeOf(end, "restored");
}

async function undo(binding: BackupsBinding, context: ActionContext): Promise<Outcome> {
  const id = `restore-${context.mark.replace("/", "-")}`;
  const end = await call(binding, context, ["backup", "restore", "--undo", id, "--yes", "-o", "jsonl"]);
  if (end.code === 1 && /There is no restore/.test(end.errors))
    return { kind: "done", message: "Nothing had been restored yet: all is as it was." };
  return outcomeOf(end, "undone");
}

function outcomeOf(end: RunnerEnd, wanted: "restored" | "undone"): Outcome {
  const lines = end.output.split("\n").flatMap((line) => (line.startsWith("{") ? [jsonOr(line)] : []));
  const refused = lines.map((line) => Refused.safeParse(line)).find(({ success }) => success)?.data;
  if (refused !== undefined) return { kind: "failed", message: `Nothing was restored: ${refused.refuses.join("; ")}` };
  const told = lines.map((line) => Told.safeParse(line)).find(({ success }) => success)?.data;
  if (told === undefined) throw new SystemError(wordsOf(end), "retry");
  const { kind: _, ...evidence } = told;
  const words = [
    ...told.notDown,
    ...told.stores.flatMap((one) => one.words),
    ...told.applications.map((one) => one.words),
    ...told.notGivenBack,
  ];
  const message = `${told.id}: ${words.join("; ")}`.slice(0, 2000);
  return { kind: end.code === 0 && told.state === wanted ? "done" : "failed", message, evidence };
}

function argsOf({ from, stores, safetyBackup }: Input): readonly string[] {
  const named = stores.flatMap((store) => ["--store", store]);
  return ["backup", "restore", from, "--in-place", ...named, ...(safetyBackup ? [] : ["--no-safety-backup"])];
}

function call(
  binding: BackupsBinding,
  { environment, signal, log, now }: ActionContext,
  args: readonly string[],
): Promise<RunnerEnd> {
  if (declaredFor(binding, environment) === undefined) throw new InputError(notDeclared(environment));
  const onLine = progressLog(log, () => Date.parse(now()));
  return binding.runner.call({ args, environment, onLine, signal });
}

function wordsOf({ errors, output, code }: RunnerEnd): string {
  const said = errors.trim() === "" ? output.trim() : errors.trim();
  return said === "" ? `the backup runner ended with ${code} and said nothing` : said.slice(-2000);
}
