import { startKubernetes } from "../index.ts";
import { serviceAccount } from "../rbac.ts";
import type { Answer, Reached } from "./call.ts";
import { calls } from "./calls.ts";
import { answersOf } from "./send.ts";

/** What the lab's server answers to all calls. */
export async function labAnswers(): Promise<Readonly<Record<string, Answer>>> {
  const lab = await startKubernetes({ stepMs: 0 });
  const tokens = {
    admin: lab.token({ name: "admin", groups: ["system:masters", "system:authenticated"] }),
    reader: lab.token(serviceAccount("contract", "reader")),
    stranger: "of-nobody",
  };
  const server: Reached = { url: lab.url, ca: lab.ca, token: (as) => tokens[as] };
  try {
    return await answersOf(calls, server);
  } finally {
    lab.close();
  }
}
