import * as z from "zod";
import { type ActionContext, type AnyAction, defineAction, type Outcome } from "../../engine/action.ts";
import { attemptsOf } from "../../engine/store.ts";
import { counted } from "../../kernel/count.ts";
import { formatDuration } from "../../kernel/duration.ts";
import { InputError, SystemError } from "../../kernel/errors.ts";
import { type BackupsBinding, declaredFor, notDeclared } from "../server/config.ts";
import { keepDrill } from "../server/drills.ts";
import { progressLog } from "../server/progress.ts";
import { attestable, notShown } from "./continuity.ts";
import { type DrillReport, readReport } from "./report.ts";

const Input = z.object({
  component: z.string().optional(),
  one: z.boolean().default(false),
  second: z.boolean().default(false),
});
type Input = z.infer<typeof Input>;

/** The runner does it and keeps the report in the repository; each attempt of a step is the same drill. */
export function drillActions(binding: BackupsBinding): readonly AnyAction[] {
  return [
    defineAction<Input>(Input, {
      id: "backups/drill",
      run: (context, input) => drill(binding, context, input),
    }),
  ];
}

async function drill(
  binding: BackupsBinding,
  context: ActionContext,
  { component, one, second }: Input,
): Promise<Outcome> {
  const { environment, signal, log, mark, now } = context;
  if (declaredFor(binding, environment) === undefined) throw new InputError(notDeclared(environment));
  const attested = await attestedIn(binding, context.runId);
  const args = [
    "backup",
    "drill",
    "-o",
    "jsonl",
    "--mark",
    mark,
    ...(component === undefined ? [] : ["--component", component]),
    ...(one ? ["--one"] : []),
    ...(second ? ["--second"] : []),
    ...attested.flatMap((words) => ["--attest", words]),
  ];
  const onLine = progressLog(log, () => Date.parse(now()));
  const { code, output, errors } = await binding.runner.call({ args, environment, onLine, signal });
  const line = output.split("\n").find((text) => text.startsWith('{"kind":"drill"'));
  if (code === 1 || line === undefined)
    throw new SystemError(errors.trim() === "" ? "the drill said nothing" : errors.trim().slice(-2000), "retry");
  const signed = readReport(line);
  const { report, signature } = signed;
  await keepDrill(binding.store, environment, signed, context.runId);
  const evidence = { drill: report.id, verdict: report.verdict, report, signed: signature !== undefined };
  if (report.verdict === "passed") return { kind: "done", message: wordsFor(report), evidence };
  const message = `${report.id}: ${report.verdict}: ${report.why.join("; ")}`.slice(0, 2000);
  return { kind: report.verdict === "failed" ? "failed" : "errored", message, evidence };
}

function wordsFor({ id, stores, components, from, continuity }: DrillReport): string {
  const each = components.map(
    ({ component, restoreSeconds, ageSeconds }) =>
      `${component} back in ${formatDuration(restoreSeconds)}, ${formatDuration(ageSeconds)} lost`,
  );
  const lacking = notShown(continuity);
  const second = from === "second" ? " from the second repository alone" : "";
  const shown =
    lacking === undefined ? "" : `; that is the stores and what checks them; not shown of a rebuild: ${lacking}`;
  return `${id}: ${counted(stores.length, "store")} restored and compared${second}; ${each.join(", ")}${shown}.`.slice(
    0,
    2000,
  );
}

/** What people said in the run's own steps, by name. */
async function attestedIn({ store }: BackupsBinding, runId: string): Promise<readonly string[]> {
  return (await attemptsOf(store, runId)).flatMap(({ name, outcome, message, actor }) => {
    const step = name.replace(/#\d+$/, "");
    if (actor === null || outcome !== "done" || !attestable.includes(step)) return [];
    return [`${step}=${actor.name.replaceAll(":", " ")}:${message.trim() === "" ? "done" : message}`];
  });
}
