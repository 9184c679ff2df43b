import * as z from "zod";
import { messageOf, SystemError } from "../../kernel/errors.ts";
import { jsonOr } from "../../kernel/json.ts";
import type { Http } from "../../kernel/ports.ts";

/** What an application said once it was up again. */
export interface AskedApplication {
  readonly component: string;
  readonly state: "passed" | "failed" | "unknown";
  readonly words: string;
}

const Page = z.object({
  registered_models: z.array(z.object({ name: z.string() })).default([]),
  next_page_token: z.string().optional(),
});

export interface AskOptions {
  readonly component: string;
  readonly url: string;
  /** `USER:PASSWORD` */
  readonly login: string | undefined;
  /** How many models the restored rows name; undefined: not known. */
  readonly expected: number | undefined;
  readonly http: Http;
  readonly pause: (millis: number) => Promise<void>;
}

const tries = 60;
const pauseMillis = 2000;
const mostPages = 1000;

/** MLflow lists its registered models (mlflow.org/docs/latest/api_reference/rest-api.html, "Search RegisteredModels"); it may need a while to come up. */
export async function askMlflow({
  component,
  url,
  login,
  expected,
  http,
  pause,
}: AskOptions): Promise<AskedApplication> {
  const headers = login === undefined ? {} : { authorization: `Basic ${Buffer.from(login).toString("base64")}` };
  for (let attempt = 1; ; attempt += 1) {
    try {
      const count = await countModels(
        `${url.replace(/\/+$/, "")}/api/2.0/mlflow/registered-models/search`,
        headers,
        http,
      );
      if (expected === undefined || expected === count)
        return { component, state: "passed", words: `${component} lists ${count} registered models` };
      return {
        component,
        state: "failed",
        words: `${component} lists ${count} registered models, and the backup has ${expected}`,
      };
    } catch (thrown) {
      if (!(thrown instanceof SystemError)) throw thrown;
      if (thrown.remedy === "stop" || attempt === tries)
        return { component, state: "unknown", words: `${component} could not be asked: ${messageOf(thrown)}` };
      await pause(pauseMillis);
    }
  }
}

async function countModels(address: string, headers: Readonly<Record<string, string>>, http: Http): Promise<number> {
  let count = 0;
  let token: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const next = token === undefined ? "" : `&page_token=${encodeURIComponent(token)}`;
    const { status, body } = await http.fetch(`${address}?max_results=1000${next}`, { headers, redirects: "refuse" });
    if (status >= 500 || status === 429) throw new SystemError(`it answers ${status}`, "retry");
    if (status !== 200) throw new SystemError(`it answers ${status}`, "stop");
    const parsed = Page.safeParse(jsonOr(body));
    if (!parsed.success) throw new SystemError("its answer is no list of models", "stop");
    count += parsed.data.registered_models.length;
    token = parsed.data.next_page_token;
    if (token === undefined || token === "") return count;
  }
  throw new SystemError("its list of models has no end", "stop");
}
