import * as z from "zod";
import { messageOf, SystemError } from "../../kernel/errors.ts";
import { jsonOr } from "../../kernel/json.ts";
import type { Http } from "../../kernel/ports.ts";

/*
 * Whether somebody turned GitLab's maintenance mode off and on again is nowhere in its settings: the API shows no `updated_at` of
 * theirs (gitlabhq app/helpers/application_settings_helper.rb, visible_attributes; lib/api/entities/application_setting.rb). Each
 * change of a setting is an audit event, though, with the setting's name (gitlab-org/gitlab
 * ee/lib/audit/application_setting_changes_auditor.rb: `change`, `from`, `to`; event type application_setting_updated), and
 * GET /audit_events shows an administrator those of the instance (docs.gitlab.com/api/audit_events: Premium, as the mode itself).
 * A change in the database or in a Rails console is none. Which settings are audited depends on version and licence: what turned
 * the mode on has to be among the events itself, or they tell nothing.
 */

const setting = "maintenance_mode";
const perPage = 100;

const Events = z.array(z.object({ id: z.number(), details: z.object({ change: z.string().optional() }) }));
type Events = z.infer<typeof Events>;

/** Watches whether the maintenance mode holds from when it is turned on. */
export class ModeWatch {
  readonly #place: { readonly url: string; readonly token: string };
  readonly #http: Http;
  /** The newest event that was seen. */
  #last = 0;
  /** Changes of the mode since, and how many of them are ours. */
  #changes = 0;
  #ours = 0;
  #wasOff = false;
  /** Why nobody can tell any more. */
  #unseen: string | undefined;

  constructor(place: { readonly url: string; readonly token: string }, http: Http) {
    [this.#place, this.#http] = [place, http];
  }

  /** From here on it is watched; one that is off is turned on next, by us. */
  async begin(isOn: boolean): Promise<void> {
    this.#ours = isOn ? 0 : 1;
    try {
      this.#last = Math.max(0, ...(await this.#newest()).map(({ id }) => id));
    } catch (thrown) {
      this.#unseen = messageOf(thrown);
    }
  }

  /** That it was found on or off: its words may stay when somebody ends it, and turned on again it would look as if it had held. */
  saw(isOn: boolean): void {
    this.#wasOff ||= !isOn;
  }

  /** To be done often: one page of events has to reach back to the look before. What could not be seen is seen by a later one. */
  async look(): Promise<void> {
    await this.#count().catch(() => undefined);
  }

  /** What kept it from holding, or from being known to hold; undefined: nothing. */
  async ended(): Promise<string | undefined> {
    const ended = "somebody ended GitLab's maintenance mode";
    const notKnown = "whether somebody ended GitLab's maintenance mode for a while is not known";
    if (this.#wasOff) return ended;
    try {
      await this.#count();
    } catch (thrown) {
      return `${notKnown}: ${messageOf(thrown)}`;
    }
    if (this.#changes < this.#ours) return `${notKnown}: its audit events do not show that it was turned on for this`;
    return this.#changes > this.#ours ? `${ended}, and turned it on again` : undefined;
  }

  async #count(): Promise<void> {
    if (this.#unseen !== undefined) throw new SystemError(this.#unseen, "stop");
    const since = (await this.#newest()).filter(({ id }) => id > this.#last);
    if (since.length >= perPage) {
      this.#unseen = "more happened than one page shows of GitLab's audit events";
      throw new SystemError(this.#unseen, "stop");
    }
    this.#changes += since.filter(({ details }) => details.change === setting).length;
    this.#last = Math.max(this.#last, ...since.map(({ id }) => id));
  }

  async #newest(): Promise<Events> {
    // The type is known since 17.2 (gitlab-org/gitlab merge request 157271); before, all events are asked for.
    const typed = await this.#ask("&entity_type=Gitlab::Audit::InstanceScope");
    const reply = typed.status === 400 ? await this.#ask("") : typed;
    if (reply.status !== 200) throw new SystemError(`GitLab answered ${reply.status} to its audit events`, "stop");
    const parsed = Events.safeParse(jsonOr(reply.body));
    if (!parsed.success) throw new SystemError("GitLab's answer holds no audit events", "stop");
    const events = parsed.data;
    if (events.length >= perPage && (events[0]?.id ?? 0) < (events.at(-1)?.id ?? 0))
      throw new SystemError("GitLab shows its audit events with the oldest first", "stop");
    return events;
  }

  #ask(query: string): ReturnType<Http["fetch"]> {
    const address = `${this.#place.url.replace(/\/+$/, "")}/api/v4/audit_events?per_page=${perPage}${query}`;
    const headers = { "private-token": this.#place.token };
    return this.#http.fetch(address, { headers, redirects: "refuse", timeoutMs: 30_000 });
  }
}
