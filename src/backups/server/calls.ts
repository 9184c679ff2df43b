import * as z from "zod";
import type { BackupRunner, RunnerEnd } from "../../kernel/backup-runner.ts";
import { InputError, SystemError } from "../../kernel/errors.ts";
import { jsonOr } from "../../kernel/json.ts";
import type { BackupClass } from "../../platform/backup-schedule.ts";
import { DrillReport, DrillSignature, type SignedReport } from "../drill/report.ts";
import { ProgressLine } from "../progress/line.ts";
import { type ReadRemoval, Removal } from "../removal/record.ts";
import { Listed } from "./catalogue.ts";
import { DescribedBackup, DescribedPoint, DescribedSecond } from "./described.ts";
import { ForeignListed } from "./foreign.ts";
import { ShownPrune } from "./shown-prune.ts";
import { notMade } from "./unseen.ts";

/*
 * The runner's verbs, with what they answer.
 */

/** What a run prints while it works; a last line of each store says what became of it. */
export const RunLine = z.discriminatedUnion("kind", [
  ProgressLine,
  z.object({
    kind: z.literal("outcome"),
    store: z.string(),
    outcome: z.enum(["backed-up", "failed"]),
    backup: z.string().optional(),
    bytes: z.number().optional(),
    why: z.string().optional(),
    proof: z.string().optional().describe("proven, failed, unknown; missing where none was made"),
    proofWhy: z.array(z.string()).optional(),
  }),
  z.object({
    kind: z.literal("point"),
    point: z.string().optional().describe("missing where a store has no new backup"),
    proof: z.string().optional().describe("as of a store"),
    proofWhy: z.array(z.string()).optional(),
    notGivenBack: z.array(z.string()).default([]).describe("Writers that still stand still, with what to do"),
  }),
]);
export type RunLine = z.infer<typeof RunLine>;
export type StoreOutcome = Extract<RunLine, { kind: "outcome" }>;
export type PointOutcome = Extract<RunLine, { kind: "point" }>;

export interface TakenRun {
  readonly outcomes: readonly StoreOutcome[];
  /** Undefined where no recovery point was asked for. */
  readonly point: PointOutcome | undefined;
}

export interface TakeOptions {
  readonly stores: readonly string[];
  readonly class: BackupClass;
  readonly mark: string;
  readonly prove: boolean;
}

const KeptReport = DrillReport.refine(({ endedAt }) => z.iso.datetime().safeParse(endedAt).success, {
  path: ["endedAt"],
  message: "no moment",
});

const Verified = z.object({
  verdict: z.union([
    z.object({ kind: z.literal("valid"), until: z.string() }),
    z.object({ kind: z.literal("refused"), why: z.array(z.string()) }),
  ]),
});

/** Of one environment. `SystemError` when it could not be told; the answer no is an answer. */
export class Calls {
  readonly #runner: BackupRunner;
  readonly #environment: string;
  readonly #signal: AbortSignal;

  constructor(runner: BackupRunner, environment: string, signal: AbortSignal) {
    this.#runner = runner;
    this.#environment = environment;
    this.#signal = signal;
  }

  /** What lies in the repository; `InputError` of the words `notMade` where there is none yet. */
  async list(): Promise<Listed> {
    const end = await this.#call(["backup", "list", "-o", "json"]);
    if (end.code !== 0) throw /There is no repository yet/.test(end.errors) ? new InputError(notMade) : failed(end);
    return answerOf(end, Listed);
  }

  /** Bytes that the repository's data take. */
  async size(): Promise<number> {
    return answerOf(await this.#done(["backup", "size", "-o", "json"]), z.object({ bytes: z.number() })).bytes;
  }

  /** What others back up, as the cluster shows it. */
  async foreign(): Promise<ForeignListed> {
    return answerOf(await this.#done(["backup", "foreign", "-o", "json"]), ForeignListed);
  }

  /** What a backup says of itself; `InputError` when it is none any more. */
  async describeBackup(id: string): Promise<DescribedBackup> {
    return answerOf(await this.#answered(["backup", "show", id, "--short", "-o", "json"]), DescribedBackup);
  }

  async describePoint(id: string): Promise<DescribedPoint> {
    return answerOf(await this.#answered(["backup", "show", id, "--short", "-o", "json"]), DescribedPoint);
  }

  /** How the second repository stands; `InputError` when none is declared. */
  async second(): Promise<DescribedSecond> {
    const end = await this.#call(["backup", "second", "-o", "json"]);
    if (end.code === 1) throw new InputError(wordsOf(end));
    return answerOf(end, DescribedSecond);
  }

  /** The report of a drill as it lies in the repository; `InputError` when it is there no more. */
  async drill(id: string): Promise<SignedReport> {
    const end = await this.#call(["backup", "drill", "--show", id, "-o", "json"]);
    if (end.code === 1) throw new InputError(wordsOf(end));
    const { report, signature } = answerOf(end, z.object({ report: KeptReport, signature: DrillSignature.optional() }));
    return { report, signature };
  }

  /** Backs up; hears of the progress, and says what became of each store and of the point. */
  async take(wanted: TakeOptions, see: (line: unknown) => void): Promise<TakenRun> {
    const outcomes: StoreOutcome[] = [];
    let point: PointOutcome | undefined;
    const onLine = (line: unknown): void => {
      const { data } = RunLine.safeParse(line);
      if (data?.kind === "outcome") outcomes.push(data);
      if (data?.kind === "point") point = data;
      see(line);
    };
    const named = ["backup", "run", "-o", "jsonl", "--class", wanted.class, "--mark", wanted.mark];
    const stores = wanted.stores.flatMap((store) => ["--store", store]);
    const end = await this.#call([...named, ...stores, wanted.prove ? "--prove" : "--no-prove"], onLine);
    if (outcomes.length === 0) throw failed(end);
    return { outcomes, point };
  }

  /** Gives back what a step's fence still holds; says what stands still, with what to do. */
  async giveBack(mark: string): Promise<readonly string[]> {
    const end = await this.#call(["backup", "give-back", "--of", mark, "--yes", "-o", "json"]);
    if (end.code === 1 && jsonOr(end.output) === undefined) throw failed(end);
    return answerOf(end, GivenBack).notGivenBack;
  }

  /** `proven`, `failed` or `unknown`, and why. */
  async prove(
    id: string,
    see: (line: unknown) => void,
  ): Promise<{ readonly verdict: string; readonly why: readonly string[] }> {
    const end = await this.#call(["backup", "prove", id, "-o", "jsonl"], see);
    if (end.code === 1) throw failed(end);
    const { verdict } = answerOf(lastOf(end), OwnVerdict);
    const why = typeof verdict.why === "string" ? [verdict.why] : (verdict.why ?? []);
    return { verdict: verdict.kind, why };
  }

  /** What is wrong with the repository, in restic's words. */
  async check(readData: boolean, see: (line: unknown) => void): Promise<readonly string[]> {
    const end = await this.#call(["backup", "check", "-o", "jsonl", ...(readData ? ["--read-data"] : [])], see);
    if (end.code === 1) throw failed(end);
    return answerOf(lastOf(end), z.object({ damage: z.array(z.string()) })).damage;
  }

  /** What retention would remove; `quick`: without how much that frees, which takes long. */
  async showPrune(
    holds: ReadonlyMap<string, string>,
    { only, quick = false }: { readonly only?: readonly string[]; readonly quick?: boolean } = {},
  ): Promise<ShownPrune> {
    const args = [...(quick ? ["--quick"] : []), ...(only === undefined ? [] : naming(only)), ...holding(holds)];
    return answerOf(await this.#done(["backup", "prune", "-o", "json", ...args]), ShownPrune);
  }

  /** Removes what was shown, as far as retention still removes it; says what went. `InputError` where nothing was: it would be all. */
  async prune(shown: readonly string[], holds: ReadonlyMap<string, string>, mark: string): Promise<ShownPrune> {
    const args = ["--yes", "--mark", mark, ...naming(shown), ...holding(holds)];
    return answerOf(await this.#done(["backup", "prune", "-o", "json", ...args]), ShownPrune);
  }

  /** A removal as it is written down, and whether it is signed; `InputError` where it cannot be read. */
  async removal(id: string): Promise<ReadRemoval> {
    const { removal, untrusted } = answerOf(
      await this.#answered(["backup", "removals", "--show", id, "-o", "json"]),
      z.object({ removal: Removal, untrusted: z.string().optional() }),
    );
    return { removal, untrusted };
  }

  /** The line of a backup's receipt; `InputError` when it has none. */
  async receipt(id: string): Promise<string> {
    return (await this.#answered(["receipt", "show", id])).output.trim();
  }

  /** Holds a receipt against the repository, now. */
  async verify(line: string): Promise<z.infer<typeof Verified>["verdict"]> {
    const end = await this.#call(["receipt", "verify", line, "-o", "json"]);
    if (end.code === 1) throw failed(end);
    return answerOf(end, Verified).verdict;
  }

  /** For questions to which "there is none" is an answer. */
  async #answered(args: readonly string[]): Promise<RunnerEnd> {
    const end = await this.#call(args);
    if (end.code !== 0) throw new InputError(wordsOf(end));
    return end;
  }

  async #done(args: readonly string[]): Promise<RunnerEnd> {
    const end = await this.#call(args);
    if (end.code !== 0) throw failed(end);
    return end;
  }

  #call(args: readonly string[], onLine?: (line: unknown) => void): Promise<RunnerEnd> {
    return this.#runner.call({ args, environment: this.#environment, onLine, signal: this.#signal });
  }
}

const GivenBack = z.object({ notGivenBack: z.array(z.string()) });

const OwnVerdict = z.object({
  verdict: z.object({ kind: z.string(), why: z.union([z.string(), z.array(z.string())]).optional() }),
});

function naming(shown: readonly string[]): readonly string[] {
  if (shown.length === 0) throw new InputError("The removal names nothing, so that nothing was removed.");
  return shown.flatMap((id) => ["--only", id]);
}

function holding(holds: ReadonlyMap<string, string>): readonly string[] {
  return [...holds.keys()].flatMap((id) => ["--hold", id]);
}

/** What it answers comes after what it tells meanwhile. */
function lastOf(end: RunnerEnd): RunnerEnd {
  return { ...end, output: end.output.trimEnd().split("\n").at(-1) ?? "" };
}

/** In what a repository says anybody may have written who may write there. */
function answerOf<S extends z.ZodType>({ output }: RunnerEnd, schema: S): z.infer<S> {
  const { data, error } = schema.safeParse(jsonOr(keepable(output)));
  if (error === undefined) return data as z.infer<S>;
  const [issue] = error.issues;
  const what = `${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`.slice(0, 200);
  throw new SystemError(`the backup runner's answer is none (${what}): is it of another version?`, "stop", {
    cause: error,
  });
}

/** JSON whose texts PostgreSQL takes: it has no NUL, and no half of a character. */
function keepable(json: string): string {
  return json.replaceAll(/(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/gi, "$1\\ufffd");
}

function failed(end: RunnerEnd): SystemError {
  return new SystemError(wordsOf(end), "retry");
}

function wordsOf({ errors, output, code }: RunnerEnd): string {
  const said = errors.trim() === "" ? output.trim() : errors.trim();
  return said === "" ? `the backup runner ended with ${code} and said nothing` : said.slice(-2000);
}
