import * as z from "zod";
import {
  type Action,
  type ActionContext,
  type AnyAction,
  defineAction,
  type Evidence,
  type Outcome,
} from "../../engine/action.ts";
import { InputError } from "../../kernel/errors.ts";
import { seeLinked } from "./linked.ts";
import { type Canary, nameOf, type OpenCanary } from "./ports.ts";
import { findProject, makeProject, neededProject, removeProject } from "./project.ts";
import { pushAndPull } from "./push.ts";
import { forgetTracked, register, storeArtifacts, track } from "./tracking.ts";

const Input = z.object({ gitlab: z.string(), sharinghub: z.string(), mlflow: z.string() });
type Input = z.infer<typeof Input>;

interface Done {
  readonly message: string;
  readonly evidence: Evidence;
}

type Journey = (canary: Canary, context: ActionContext) => Promise<Done>;

const withProject: NonNullable<Action<Input>["undo"]> = async () => ({
  kind: "done",
  message: "It goes with the project of this run, which is deleted when all else is taken back.",
});

/**
 * The journeys of the tests in development that write: each in a project that its run made, in the declared canary's group. What
 * is made bears the run's id in its name, is looked for before it is made, and is taken away by that name alone.
 */
export function canaryActions(open: OpenCanary): readonly AnyAction[] {
  const journey = (id: string, what: string, walk: Journey, more: Partial<Action<Input>> = {}): AnyAction =>
    defineAction<Input>(Input, {
      id: `canary/${id}`,
      run: (context, named) => walked(open, context, named, walk),
      undo: withProject,
      describe: () => `${what}, in a project of the run's own`,
      ...more,
    });
  return [
    journey("project", "make a project with a topic", made, {
      alreadyDone: async ({ runId, environment }, named) => {
        const opened = await open(environment, named);
        const found = opened.kind === "canary" ? await findProject(opened.canary, runId) : undefined;
        return found === undefined ? undefined : { project: found.path };
      },
      undo: (context, named) => walked(open, context, named, cleaned),
    }),
    journey("push", "clone, push a commit and pull it back", pushed),
    journey("track", "track an experiment with a run", tracked),
    journey("artifacts", "store artifacts and fetch them", stored),
    journey("register", "register a model, and see it linked from STAC", registered),
    journey("clean-up", "take away what the run has made", cleaned),
  ];
}

/** What is not set up is unknown. A refusal is a no; whatever else goes wrong was not learned. */
async function walked(open: OpenCanary, context: ActionContext, named: Input, walk: Journey): Promise<Outcome> {
  const opened = await open(context.environment, named);
  if (opened.kind === "not-set-up") return { kind: "errored", message: `Unknown: not set up. ${opened.why}` };
  try {
    return { kind: "done", ...(await walk(opened.canary, context)) };
  } catch (thrown) {
    if (thrown instanceof InputError) return { kind: "failed", message: thrown.message };
    throw thrown;
  }
}

const made: Journey = async (canary, context) => {
  const project = await makeProject(canary, context);
  if (!project.topics.includes(canary.topic))
    throw new InputError(
      `${project.path} was made without the topic ${canary.topic}; it has ${project.topics.join(", ") || "none"}.`,
    );
  return {
    message: `${project.path} is made, with the topic ${canary.topic}.`,
    evidence: { project: project.path, id: project.id },
  };
};

const pushed: Journey = async (canary, context) => {
  const project = await neededProject(canary, context.runId);
  const commit = await pushAndPull(canary, project, context);
  return {
    message: `${project.path} was cloned, and the commit ${commit} pushed and pulled.`,
    evidence: { project: project.path, commit },
  };
};

const tracked: Journey = async (canary, context) => {
  const project = await neededProject(canary, context.runId);
  const { experiment, id } = await track(canary, project, context);
  return {
    message: `MLflow has run ${id} in experiment ${experiment}, with its metric.`,
    evidence: { experiment, run: id },
  };
};

const stored: Journey = async (canary, context) => {
  const project = await neededProject(canary, context.runId);
  const bytes = await storeArtifacts(canary, project, context);
  return { message: `${bytes} bytes of artifacts came back as they were stored.`, evidence: { bytes } };
};

const registered: Journey = async (canary, context) => {
  const project = await neededProject(canary, context.runId);
  const model = await register(canary, project, context);
  return { message: `${await seeLinked(canary, project, model)}.`, evidence: { model } };
};

/** What MLflow has first: it can no longer be asked for once the project is gone. */
const cleaned: Journey = async (canary, context) => {
  const project = await findProject(canary, context.runId);
  if (project !== undefined && !project.leaving) await forgetTracked(canary, project, context);
  const message = await removeProject(canary, context);
  return { message, evidence: { project: `${canary.group}/${nameOf(context.runId)}`, gone: message } };
};
