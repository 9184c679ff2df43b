import * as z from "zod";
import { InputError, SystemError } from "../../kernel/errors.ts";
import type { Instant } from "../../kernel/instant.ts";
import { jsonOr } from "../../kernel/json.ts";
import type { Http, HttpRequest } from "../../kernel/ports.ts";
import { ModeWatch } from "./gitlab-audit.ts";
import { type FencePart, Mark } from "./part.ts";

/** Only with Premium does the answer hold them (docs.gitlab.com/api/settings, "maintenance_mode"). */
const Settings = z.object({
  maintenance_mode: z.boolean().optional(),
  maintenance_mode_message: z.string().nullish(),
});

/** People read it while the mode is on; what stands in brackets is for us. */
const words = "A backup is being taken; writing is possible again in a while.";
const bracketed = /\[(\{.*\})\]$/s;

/** Each process of GitLab keeps the settings for so long (docs.gitlab.com/api/settings: cached for 60 seconds). */
const cachedMillis = 60_000;

/** Its settings: `ask` reads or writes them, `put` sets the mode and its words. */
function settingsOf(place: { readonly url: string; readonly token: string }, http: Http) {
  const address = `${place.url.replace(/\/+$/, "")}/api/v4/application/settings`;

  async function ask(request: HttpRequest): Promise<z.infer<typeof Settings>> {
    const headers = { "private-token": place.token, "content-type": "application/json" };
    const reply = await http.fetch(address, { ...request, headers, redirects: "refuse", timeoutMs: 30_000 });
    if (reply.status === 401 || reply.status === 403)
      throw new InputError(
        `GitLab refuses its settings (${reply.status}): the fence's token needs an administrator's scope api`,
      );
    if (reply.status !== 200)
      throw new SystemError(`GitLab answered ${reply.status} to its settings`, reply.status >= 500 ? "retry" : "stop");
    const parsed = Settings.safeParse(jsonOr(reply.body));
    if (!parsed.success) throw new SystemError("GitLab's answer holds no settings", "stop");
    if (parsed.data.maintenance_mode === undefined)
      throw new InputError("this GitLab has no maintenance mode (it needs Premium): scale its writers down instead");
    return parsed.data;
  }

  async function put(mode: boolean, message: string): Promise<void> {
    const body = JSON.stringify({ maintenance_mode: mode, maintenance_mode_message: message });
    const after = await ask({ method: "PUT", body });
    if (after.maintenance_mode !== mode) throw new SystemError("GitLab kept its maintenance mode as it was", "stop");
  }

  return { ask, put };
}

/** GitLab's maintenance mode. One that somebody else turned on stays as it is, and holds as well. */
export function gitlabPart(
  place: { readonly url: string; readonly token: string },
  http: Http,
  now: () => Instant,
): FencePart {
  const { ask, put } = settingsOf(place, http);
  const watch = new ModeWatch(place, http);
  let since: number | undefined;

  return {
    name: `maintenance mode of ${place.url}`,
    mark: async () => markIn(await ask({})),
    async hold(by, at) {
      const settings = await ask({});
      const mark = markIn(settings);
      if (mark !== undefined && mark.by !== by)
        throw new SystemError(`${mark.by} holds GitLab's maintenance mode`, "retry");
      const was = mark?.was ?? settings.maintenance_mode_message ?? "";
      await watch.begin(settings.maintenance_mode === true);
      if (settings.maintenance_mode === true && mark === undefined) return;
      await put(true, `${words} [${JSON.stringify({ by, at, was })}]`);
      since = Date.parse(now());
    },
    async waitingFor() {
      if (since === undefined || Date.parse(now()) - since >= cachedMillis) return undefined;
      return "GitLab's processes see the maintenance mode within 60 seconds";
    },
    async renew(at) {
      const settings = await ask({});
      const mark = markIn(settings);
      watch.saw(settings.maintenance_mode === true);
      if (mark !== undefined) await put(true, `${words} [${JSON.stringify({ ...mark, at })}]`);
      await watch.look();
    },
    async broken() {
      watch.saw((await ask({})).maintenance_mode === true);
      return watch.ended();
    },
    async giveBack(by) {
      const mark = markIn(await ask({}));
      if (mark?.by === by) await put(false, mark.was);
    },
  };
}

function markIn({ maintenance_mode_message: message }: z.infer<typeof Settings>): Mark | undefined {
  const text = bracketed.exec(message ?? "")?.[1];
  return text === undefined ? undefined : Mark.safeParse(jsonOr(text)).data;
}
