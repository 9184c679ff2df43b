import * as z from "zod";
import { defineProcedure, type PlanDraft } from "../plan.ts";

type Step = PlanDraft["steps"][number];

const Component = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
  .describe("As the server's endpoints name it");

/**
 * The guides' tests in development, line by line. What can be asked by reading is asked, through the component's own probes. What
 * would write (a push, a run, a model) is unknown to us as long as no journey with a canary project and a token for it alone is
 * set up: the step says so, and a person does it and attests.
 */
export const testDevelopment = defineProcedure({
  id: "test-development",
  version: 1,
  title: "The tests in development",
  arguments: z.object({
    gitlab: Component.default("gitlab"),
    login: Component.default("keycloak"),
    sharinghub: Component.default("sharinghub"),
    mlflow: Component.default("mlflow"),
    objects: Component.default("object-store"),
  }),
  plan: ({ gitlab, login, sharinghub, mlflow, objects }) => ({
    steps: [
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
    ],
  }),
});

function ask(name: string, title: string, component: string, probe: string): Step {
  const input = { component, probe };
  return { name, title, kind: "check", action: "suite/ask", input, timeoutSeconds: 90, retries: 1 };
}

function byHand(name: string, title: string): Step {
  return {
    name,
    title: `${title}. Unknown so far: it writes, and no journey with a canary project and a token for it alone is set up. Do it in a project for tests and attest what you saw`,
    kind: "attest",
  };
}
