import { createTransport } from "nodemailer";
import { messageOf, SystemError } from "../kernel/errors.ts";
import type { Mailer } from "../kernel/ports.ts";

export interface SmtpOptions {
  readonly host: string;
  readonly port: number;
  /** `starttls`: no mail is sent where the server does not offer it. `none` is for a relay on this machine. */
  readonly tls: "starttls" | "tls" | "none";
  readonly user: string | undefined;
  /** Resolved for each mail. */
  readonly password: (() => Promise<string>) | undefined;
  readonly from: string;
  /** Certificates to trust besides the usual ones, in PEM. */
  readonly ca?: string;
}

/** Sends mail by SMTP; the server's certificate is verified. */
export function openSmtp(options: SmtpOptions): Mailer {
  const { host, port, tls, user, password, from, ca } = options;
  return {
    async send(mail) {
      const transport = createTransport({
        host,
        port,
        secure: tls === "tls",
        requireTLS: tls === "starttls",
        ignoreTLS: tls === "none",
        connectionTimeout: 15_000,
        greetingTimeout: 15_000,
        socketTimeout: 30_000,
        disableFileAccess: true,
        disableUrlAccess: true,
        ...(ca === undefined ? {} : { tls: { ca } }),
        ...(user === undefined || password === undefined ? {} : { auth: { user, pass: (await password()).trim() } }),
      });
      try {
        await transport.sendMail({
          from,
          to: [...mail.to],
          subject: mail.subject,
          text: mail.text,
          html: mail.html,
          messageId: `<${mail.id}@${from.split("@")[1] ?? "millwright"}>`,
          headers: { "auto-submitted": "auto-generated" },
        });
      } catch (thrown) {
        throw failure(thrown, `${host}:${port}`);
      } finally {
        transport.close();
      }
    },
  };
}

/** RFC 5321, 4.2.1: replies of class 4 are for now, of class 5 for good. A wrong login or certificate needs a person. */
function failure(thrown: unknown, server: string): SystemError {
  const { responseCode, code } = (thrown ?? {}) as { readonly responseCode?: unknown; readonly code?: unknown };
  const final = (typeof responseCode === "number" && responseCode >= 500) || code === "EAUTH" || code === "ETLS";
  const words = messageOf(thrown).slice(0, 300);
  return new SystemError(`mail by ${server}: ${words}`, final ? "stop" : "retry", { cause: thrown });
}
