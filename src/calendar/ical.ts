/** An entry of an iCalendar feed. Milliseconds since 1970. */
export interface FeedEvent {
  /** Stable for ever: a calendar program recognises a moved event by it. */
  readonly uid: string;
  readonly from: number;
  readonly until: number;
  readonly title: string;
  readonly description: string;
  readonly category: string;
  /** `transparent`: it does not make anybody busy. */
  readonly busy: boolean;
  readonly cancelled?: boolean;
  readonly url?: string;
}

/**
 * A feed as RFC 5545 has it: CRLF, lines folded at 75 octets without cutting a character, texts escaped. All moments are in UTC,
 * so that no time zone has to be described. `changedAt` is when the content last changed: the same content is the same text.
 */
export function icalendar(name: string, events: readonly FeedEvent[], changedAt: number): string {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Millwright//Maintenance calendar//EN",
    "CALSCALE:GREGORIAN",
    `NAME:${escaped(name)}`,
    `X-WR-CALNAME:${escaped(name)}`,
    "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
    ...events.flatMap((event) => eventLines(event, changedAt)),
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join("");
}

function eventLines(event: FeedEvent, changedAt: number): readonly string[] {
  return [
    "BEGIN:VEVENT",
    `UID:${escaped(event.uid)}`,
    `DTSTAMP:${moment(changedAt)}`,
    `DTSTART:${moment(event.from)}`,
    `DTEND:${moment(event.until)}`,
    `SUMMARY:${escaped(event.title)}`,
    `DESCRIPTION:${escaped(event.description)}`,
    `CATEGORIES:${escaped(event.category)}`,
    `TRANSP:${event.busy ? "OPAQUE" : "TRANSPARENT"}`,
    ...(event.cancelled === true ? ["STATUS:CANCELLED"] : []),
    ...(event.url === undefined ? [] : [`URL:${event.url.replace(/[^\x21-\x7e]/g, encodeURIComponent)}`]),
    "END:VEVENT",
  ];
}

function moment(at: number): string {
  return new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, "");
}

/** A TEXT value (RFC 5545 3.3.11); other control characters may not stand in one. */
function escaped(text: string): string {
  return text
    .replace(/[\\;,]/g, (character) => `\\${character}`)
    .replace(/\r\n|\r|\n/g, "\\n")
    .replace(/\p{Cc}|\p{Cs}/gu, " ");
}

/** Content lines of at most 75 octets; those that continue one begin with a space (RFC 5545 3.1). */
function folded(line: string): string {
  if (line.length <= 18) return line;
  const parts: string[] = [];
  let part = "";
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > 75) {
      parts.push(part);
      part = "";
      octets = 1;
    }
    part += character;
    octets += size;
  }
  return [...parts, part].join("\r\n ");
}
