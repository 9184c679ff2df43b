import type * as z from "zod";
import { SystemError } from "../kernel/errors.ts";
import type { Http, HttpReply, Mailer } from "../kernel/ports.ts";
import type { SecretRef } from "../platform/secret-ref.ts";
import type { Notices } from "../platform/server-parts.ts";
import type { Channel, Delivery } from "./channel.ts";
import { bodyOf } from "./forms.ts";
import { pageBody } from "./pager.ts";
import { signatureHeaders } from "./signature.ts";
import { asHtml, asPlainText, subjectOf } from "./templates.ts";

export interface ChannelPorts {
  readonly http: Http;
  /** For the mail server of the settings; undefined without one. */
  readonly mailer: Mailer | undefined;
  /** Resolved for each message, so that a changed secret needs no restart. */
  secret(ref: SecretRef): Promise<string>;
  /** `listen.url`: how people reach the server. */
  readonly publicUrl: string | undefined;
}

type Settings = z.infer<typeof Notices>;

/** The channels that the server's configuration names. */
export function noticeChannels(settings: Settings, ports: ChannelPorts): readonly Channel[] {
  const common = { quiet: settings.quietHours, pages: false };
  const webhooks = settings.webhooks.map(
    (webhook): Channel => ({
      ...common,
      name: `webhook/${webhook.name}`,
      severities: webhook.severities,
      reaches: (name) => name === webhook.name,
      send: (delivery) =>
        post(ports, webhook, delivery, bodyOf(webhook.form, delivery.id, delivery.notice, ports.publicUrl)),
    }),
  );
  return [...webhooks, ...mailChannels(settings, ports), ...pagerChannels(settings, ports)];
}

function mailChannels({ smtp, quietHours }: Settings, { mailer, publicUrl }: ChannelPorts): readonly Channel[] {
  if (smtp === undefined || mailer === undefined) return [];
  return [
    {
      name: "mail",
      severities: smtp.severities,
      reaches: isAddress,
      pages: false,
      quiet: quietHours,
      send: ({ id, notice }) => {
        const named = notice.audience.filter(isAddress);
        return mailer.send({
          id,
          to: named.length > 0 ? named : smtp.to,
          subject: subjectOf(notice),
          text: asPlainText(notice, publicUrl),
          html: asHtml(notice, publicUrl),
        });
      },
    },
  ];
}

function isAddress(name: string): boolean {
  return /^[^\s@<>,;"]+@[^\s@<>,;"]+$/.test(name);
}

function pagerChannels({ pager }: Settings, ports: ChannelPorts): readonly Channel[] {
  if (pager === undefined) return [];
  return [
    {
      name: "pager",
      severities: [],
      reaches: () => false,
      pages: true,
      quiet: undefined,
      send: async (delivery) => {
        const { routingKey } = pager;
        const key = routingKey === undefined ? undefined : (await ports.secret(routingKey)).trim();
        await post(ports, pager, delivery, pageBody(delivery.notice, key, ports.publicUrl));
      },
    },
  ];
}

interface Target {
  readonly url: SecretRef;
  readonly signingKey?: SecretRef | undefined;
}

async function post(ports: ChannelPorts, target: Target, { id, now }: Delivery, content: unknown): Promise<void> {
  const body = JSON.stringify(content);
  const url = (await ports.secret(target.url)).trim();
  const key = target.signingKey === undefined ? undefined : (await ports.secret(target.signingKey)).trim();
  const reply = await send(
    ports.http,
    url,
    {
      "content-type": "application/json",
      "idempotency-key": id,
      ...(key === undefined ? {} : signatureHeaders(key, { id, now, body })),
    },
    body,
  );
  if (reply.status < 200 || reply.status > 299) throw refusal(reply, new URL(url).host);
}

/** The address holds a secret, so no failure repeats more of it than the host. */
async function send(
  http: Http,
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<HttpReply> {
  if (!URL.canParse(url))
    throw new SystemError("the webhook's address is no URL; correct the secret that holds it", "stop");
  try {
    return await http.fetch(url, { method: "POST", headers, body, timeoutMs: 20_000, maxBytes: 100_000 });
  } catch (thrown) {
    const { pathname, search, host } = new URL(url);
    const message = thrown instanceof Error ? thrown.message : "no answer";
    const shown = message.replaceAll(url, host).replaceAll(`${pathname}${search}`, "/…");
    throw new SystemError(shown, thrown instanceof SystemError ? thrown.remedy : "retry");
  }
}

/** What a receiver's status means for whoever sends: asking again helps when it was busy or away, not when it says no. */
function refusal({ status }: HttpReply, host: string): SystemError {
  const again = status >= 500 || status === 408 || status === 425 || status === 429;
  const toDo = again ? "it is tried again" : "check the address and the secret, then: millwright notice retry";
  return new SystemError(`${host} answers ${status}; ${toDo}`, again ? "retry" : "stop");
}
