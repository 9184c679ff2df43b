import type { Notice } from "./notice.ts";
import { addressOf, subjectOf } from "./templates.ts";

/**
 * A page in the form of PagerDuty's Events API v2 (developer.pagerduty.com/docs/events-api-v2, "Send an Alert Event"), which
 * others take too. `dedup_key` is the thread: the incident's name, by which the acknowledgement comes back.
 */
export function pageBody(notice: Notice, routingKey: string | undefined, publicUrl: string | undefined): unknown {
  const { page } = notice;
  if (page === undefined) throw new Error(`notice ${notice.id} is no page`);
  const address = addressOf(notice, publicUrl);
  const head = {
    ...(routingKey === undefined ? {} : { routing_key: routingKey }),
    event_action: page.action,
    dedup_key: page.thread.slice(0, 255),
  };
  if (page.action !== "trigger") return head;
  return {
    ...head,
    client: "Millwright",
    ...(address === undefined || !/^https?:/.test(address)
      ? {}
      : { client_url: address, links: [{ href: address, text: "The incident" }] }),
    payload: {
      summary: subjectOf(notice).slice(0, 1024),
      source: notice.environment ?? "millwright",
      severity: notice.severity,
      timestamp: notice.at,
      custom_details: { text: notice.text, call: notice.audience },
    },
  };
}
