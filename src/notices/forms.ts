import type { Notice } from "./notice.ts";
import { addressOf, subjectOf } from "./templates.ts";

/** The bodies that receivers of webhooks take. */
export type WebhookForm = "millwright" | "slack" | "mattermost" | "teams";

/** What is sent to a webhook, before it is written as JSON. */
export function bodyOf(form: WebhookForm, id: string, notice: Notice, publicUrl: string | undefined): unknown {
  const address = addressOf(notice, publicUrl);
  switch (form) {
    case "millwright":
      return {
        schema: "millwright/notice/1",
        id,
        key: notice.key,
        severity: notice.severity,
        title: notice.title,
        text: notice.text,
        environment: notice.environment,
        audience: notice.audience,
        address,
        at: notice.at,
      };
    case "slack":
      // api.slack.com/messaging/webhooks; `&`, `<` and `>` are Slack's control characters: <!channel> would wake everybody.
      return {
        text: [`*${slackText(subjectOf(notice))}*`, slackText(notice.text), address].filter(isGiven).join("\n"),
      };
    case "mattermost":
      // developers.mattermost.com/integrate/webhooks/incoming; a broken mention wakes nobody.
      return {
        username: "Millwright",
        text: [`**${quiet(subjectOf(notice))}**`, quiet(notice.text), address].filter(isGiven).join("\n\n"),
      };
    case "teams":
      return teamsCard(notice, address);
  }
}

function isGiven(text: string | undefined): text is string {
  return text !== undefined && text !== "";
}

function slackText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function quiet(text: string): string {
  return text.replace(/@(?=\w)/g, "@\u200b");
}

/** An Adaptive Card in a message: learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using. */
function teamsCard(notice: Notice, address: string | undefined): unknown {
  const block = (text: string, more: object) => ({ type: "TextBlock", text, wrap: true, ...more });
  const colour = { info: "Accent", warning: "Warning", critical: "Attention" }[notice.severity];
  return {
    type: "message",
    attachments: [
      {
        contentType: "application/vnd.microsoft.card.adaptive",
        contentUrl: null,
        content: {
          $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
          type: "AdaptiveCard",
          version: "1.2",
          body: [block(subjectOf(notice), { weight: "Bolder", color: colour }), block(notice.text, {})],
          actions:
            address === undefined || !/^https?:/.test(address)
              ? []
              : [{ type: "Action.OpenUrl", title: "Open", url: address }],
        },
      },
    ],
  };
}
