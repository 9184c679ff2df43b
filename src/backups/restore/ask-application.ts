import * as z from "zod";
import { counted } from "../../kernel/count.ts";
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

/** What is shown to it: `USER:PASSWORD`, or the token of somebody who may read all. */
export type Shown = { readonly kind: "login" | "token"; readonly text: string };

/** Where MLflow is, and what lets us in. */
interface MlflowPlace {
  readonly url: string;
  /** Undefined: it asks nobody. */
  readonly shown: Shown | undefined;
  readonly http: Http;
}

export interface AskOptions extends MlflowPlace {
  readonly component: string;
  /** How many models the restored rows name; undefined: not known. */
  readonly expected: number | undefined;
  readonly pause: (millis: number) => Promise<void>;
}

const tries = 60;
const pauseMillis = 2000;
const mostPages = 1000;

/** MLflow lists its registered models; it may need a while to come up. */
export async function askMlflow({ component, expected, pause, ...place }: AskOptions): Promise<AskedApplication> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { length: count } = await modelsListed(place);
      return { component, ...judged(component, count, expected, place.shown) };
    } catch (thrown) {
      if (!(thrown instanceof SystemError)) throw thrown;
      if (thrown.remedy === "stop" || attempt === tries)
        return { component, state: "unknown", words: `${component} could not be asked: ${messageOf(thrown)}` };
      await pause(pauseMillis);
    }
  }
}

/**
 * Behind SharingHub's plugin a list holds what the token may read, and one that has ended is answered with an empty one
 * (csgroup-oss/mlflow-sharinghub hooks/after.py): fewer by a token are no proof that models are gone.
 */
function judged(
  component: string,
  count: number,
  expected: number | undefined,
  shown: Shown | undefined,
): Pick<AskedApplication, "state" | "words"> {
  const lists = `${component} lists ${counted(count, "registered model")}`;
  if (expected === undefined || expected === count) return { state: "passed", words: lists };
  const words = `${lists}, and the backup has ${expected}`;
  if (shown?.kind !== "token" || count > expected) return { state: "failed", words };
  return { state: "unknown", words: `${words}: the token may not read them all, or it has ended` };
}

/**
 * The names of all registered models, page by page (mlflow.org/docs/latest/api_reference/rest-api.html, "Search RegisteredModels").
 * Throws `SystemError`: to be tried again where nobody answers yet.
 */
export async function modelsListed({ url, shown, http }: MlflowPlace): Promise<readonly string[]> {
  const address = `${url.replace(/\/+$/, "")}/api/2.0/mlflow/registered-models/search`;
  const headers = shown === undefined ? {} : { authorization: authorization(shown) };
  const names: string[] = [];
  let token: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const next = token === undefined ? "" : `&page_token=${encodeURIComponent(token)}`;
    const { status, body } = await http.fetch(`${address}?max_results=1000${next}`, { headers, redirects: "refuse" });
    if (status >= 500 || status === 429) throw new SystemError(`it answers ${status}`, "retry");
    if (status !== 200) throw new SystemError(`it answers ${status}`, "stop");
    const parsed = Page.safeParse(jsonOr(body));
    if (!parsed.success) throw new SystemError("its answer is no list of models", "stop");
    names.push(...parsed.data.registered_models.map(({ name }) => name));
    token = parsed.data.next_page_token;
    if (token === undefined || token === "") return names;
  }
  throw new SystemError("its list of models has no end", "stop");
}

/** MLflow's own logins are HTTP's basic ones; SharingHub's plugin takes a bearer token alone. */
function authorization({ kind, text }: Shown): string {
  return kind === "token" ? `Bearer ${text}` : `Basic ${Buffer.from(text).toString("base64")}`;
}
