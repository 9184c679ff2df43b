import type { Notice } from "./notice.ts";

const marks: Readonly<Record<Notice["severity"], string>> = { info: "Info", warning: "Warning", critical: "CRITICAL" };
const colours: Readonly<Record<Notice["severity"], string>> = {
  info: "#2f5d8a",
  warning: "#8a5a00",
  critical: "#a40e26",
};

/** One line: `[CRITICAL] production: GitLab is down`. */
export function subjectOf(notice: Notice): string {
  const where = notice.environment === undefined ? "" : `${notice.environment}: `;
  return `[${marks[notice.severity]}] ${where}${notice.title}`.replace(/[\p{Cc}\s]+/gu, " ").trim();
}

/** The address to look at: the notice's path on the server, when its own address is known. */
export function addressOf(notice: Notice, publicUrl: string | undefined): string | undefined {
  const { link } = notice;
  if (link === undefined) return undefined;
  if (/^https?:\/\//.test(link)) return link;
  return publicUrl === undefined ? link : `${publicUrl.replace(/\/$/, "")}${link.startsWith("/") ? "" : "/"}${link}`;
}

export function asPlainText(notice: Notice, publicUrl: string | undefined): string {
  const address = addressOf(notice, publicUrl);
  const lines = [subjectOf(notice), "", notice.text, "", `At ${notice.at}.`];
  return `${[...lines, ...(address === undefined ? [] : [`Look at ${address}`])].join("\n")}\n`;
}

/** For mail: no image, no script, nothing that is fetched. */
export function asHtml(notice: Notice, publicUrl: string | undefined): string {
  const address = addressOf(notice, publicUrl);
  const link =
    address === undefined || !/^https?:/.test(address)
      ? ""
      : `<p><a href="${escapeHtml(address)}">${escapeHtml(address)}</a></p>`;
  const paragraphs = notice.text.split(/\n{2,}/).map((text) => `<p>${escapeHtml(text).replaceAll("\n", "<br>")}</p>`);
  return `<!doctype html><html lang="en"><body style="font:15px/1.5 sans-serif">
<p style="border-left:4px solid ${colours[notice.severity]};padding-left:.6em"><b>${escapeHtml(subjectOf(notice))}</b></p>
${paragraphs.join("\n")}
${link}<p style="color:#57606a">${escapeHtml(notice.at)}</p></body></html>
`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
