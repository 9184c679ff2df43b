import * as z from "zod";
import { defineProcedure, type PlanDraft, type Procedure } from "../plan.ts";

type Step = PlanDraft["steps"][number];

const Component = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
  .describe("As the server's endpoints name it");

const Components = z.object({
  gitlab: Component.default("gitlab"),
  login: Component.default("keycloak"),
  sharinghub: Component.default("sharinghub"),
  mlflow: Component.default("mlflow"),
  objects: Component.default("object-store"),
});
type Components = z.infer<typeof Components>;

/**
 * The guides' tests in development, line by line. What can be asked by reading is asked, through the component's own probes. What
 * writes is done in a project that the run makes in the declared canary's group and deletes at its end; where none is declared
 * that is unknown, and the step says how it is set up. `by-hand`: people do what writes, and attest it.
 */
const current: Procedure = defineProcedure({
  id: "test-development",
  version: 2,
  title: "The tests in development",
  harmless: { journeys: "by-hand" },
  arguments: Components.extend({
    journeys: z
      .enum(["canary", "by-hand"])
      .default("canary")
      .describe("Who does what writes: Millwright in the declared canary's group, or people, who attest it"),
  }),
  plan: ({ journeys, ...components }) => ({
    steps: journeys === "canary" ? withCanary(components) : byPeople(components),
  }),
});

/** Before there were journeys that write. */
const first: Procedure = defineProcedure({
  id: "test-development",
  version: 1,
  title: "The tests in development",
  arguments: Components,
  plan: (components) => ({ steps: byPeople(components) }),
});

export const testDevelopment: readonly Procedure[] = [current, first];

function byPeople({ gitlab, login, sharinghub, mlflow, objects }: Components): Step[] {
  return [
    ask("web", "GitLab's web page is reachable", gitlab, "sign-in"),
    ask("login", "People log in at the identity provider: a canary does", login, "canary-login"),
    byHand("git", "Clone, push and pull work"),
    byHand("projects", "Projects are made and topics set"),
    ask("catalogue", "SharingHub shows its STAC catalogue to whom it should", sharinghub, "catalogue"),
    ask("project-in-catalogue", "A known project comes back in the STAC catalogue", sharinghub, "known-item"),
    byHand("tracking", "MLflow tracks an experiment"),
    ask("model", "A registered model comes back from MLflow", mlflow, "known-model"),
    byHand("registration", "A model is registered and linked from STAC"),
    ask("artifacts", "Artifacts come back from S3: a known object does", objects, "buckets"),
    byHand("artifacts-stored", "Artifacts are stored in S3"),
  ];
}

/** A project first, then what stands in it; cleaned up before what is only asked, so that a no there leaves nothing behind. */
function withCanary({ gitlab, login, sharinghub, mlflow, objects }: Components): Step[] {
  const journey = (name: string, action: string, title: string, back = "it goes with the run's project"): Step => ({
    name,
    title,
    kind: "act",
    effect: { reversible: back },
    action: `canary/${action}`,
    input: { gitlab, sharinghub, mlflow },
    timeoutSeconds: 300,
    retries: 2,
  });
  return [
    ask("web", "GitLab's web page is reachable", gitlab, "sign-in"),
    ask("login", "People log in at the identity provider: a canary does", login, "canary-login"),
    journey("projects", "project", "Projects are made and topics set", "the project, and all in it, is deleted"),
    journey("git", "push", "Clone, push and pull work"),
    journey("tracking", "track", "MLflow tracks an experiment"),
    journey("artifacts-stored", "artifacts", "Artifacts are stored, and come back as they were"),
    journey("registration", "register", "A model is registered and linked from STAC"),
    journey("clean-up", "clean-up", "What this run has made is taken away, and nothing else", "it stays away"),
    ask("catalogue", "SharingHub shows its STAC catalogue to whom it should", sharinghub, "catalogue"),
    ask("project-in-catalogue", "A known project comes back in the STAC catalogue", sharinghub, "known-item"),
    ask("model", "A registered model comes back from MLflow", mlflow, "known-model"),
    ask("artifacts", "Artifacts come back from S3: a known object does", objects, "buckets"),
  ];
}

function ask(name: string, title: string, component: string, probe: string): Step {
  const input = { component, probe };
  return { name, title, kind: "check", action: "suite/ask", input, timeoutSeconds: 90, retries: 1 };
}

function byHand(name: string, title: string): Step {
  return {
    name,
    title: `${title}. Unknown so far: it writes, and no journey of ours does it in this run. Do it in a project for tests and attest what you saw`,
    kind: "attest",
  };
}
