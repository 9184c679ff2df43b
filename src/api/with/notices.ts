import { noticeChannels } from "../../notices/channels.ts";
import { flushOutbox } from "../../notices/flush.ts";
import type { Building, Capability } from "./capability.ts";

/** Messages to people: the outbox is emptied as often as somebody could wait for one. */
export function noticesOf({ parts, ports }: Building): Capability {
  return {
    jobs: [
      {
        id: "notices",
        everySeconds: 5,
        timeoutSeconds: 300,
        async run({ store, now }) {
          await flushOutbox(store, channelsOf(), now);
        },
      },
    ],
  };

  function channelsOf() {
    const { notices, listen } = parts.config();
    const { smtp } = notices;
    const password = smtp?.password;
    const mailer =
      smtp === undefined
        ? undefined
        : ports.openMailer({
            host: smtp.host,
            port: smtp.port,
            tls: smtp.tls,
            user: smtp.user,
            password: password === undefined ? undefined : () => parts.useSecret(password, "mail"),
            from: smtp.from,
          });
    return noticeChannels(notices, {
      http: ports.http,
      mailer,
      secret: (ref) => parts.useSecret(ref, "notices"),
      publicUrl: listen.url,
    });
  }
}
