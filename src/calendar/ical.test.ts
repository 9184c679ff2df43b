import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import ical from "ical.js";
import { type FeedEvent, icalendar } from "./ical.ts";

const event: FeedEvent = {
  uid: "work-1@platform.millwright",
  from: Date.UTC(2026, 10, 22, 1),
  until: Date.UTC(2026, 10, 22, 5),
  title: "GitLab to 18.5",
  description: "planned",
  category: "work",
  busy: true,
};

/** What another program reads from a feed. */
function read(feed: string): { uid: string; summary: string; description: string; from: number; until: number }[] {
  const calendar = new ical.Component(ical.parse(feed));
  return calendar.getAllSubcomponents("vevent").map((component) => {
    const one = new ical.Event(component);
    return {
      uid: one.uid,
      summary: one.summary,
      description: one.description,
      from: one.startDate.toJSDate().getTime(),
      until: one.endDate.toJSDate().getTime(),
    };
  });
}

test("another program reads the moments and texts that were written, whatever they hold", () => {
  const text = fc.string({ unit: "binary", maxLength: 200 });
  fc.assert(
    fc.property(text, text, (title, description) => {
      const feed = icalendar("Platform", [{ ...event, title, description }], 0);

      const [found] = read(feed);

      const plain = (given: string): string => given.replace(/\r\n|\r|\n/g, "\n").replace(/(?!\n)\p{Cc}|\p{Cs}/gu, " ");
      assert.equal(found?.summary, plain(title));
      assert.equal(found.description, plain(description));
      assert.equal(found.from, event.from);
      assert.equal(found.until, event.until);
      for (const line of feed.split("\r\n")) assert.ok(Buffer.byteLength(line) <= 75, line);
    }),
    { numRuns: 300 },
  );
});

test("a title cannot add lines of its own to the feed", () => {
  const feed = icalendar("Platform", [{ ...event, title: "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil" }], 0);

  assert.equal(read(feed).length, 1);
  assert.equal(feed.split("\r\n").filter((line) => line.startsWith("UID:")).length, 1);
});

test("the same calendar is the same text, line ends and all", () => {
  const feed = icalendar(
    "Plattform, süd",
    [event, { ...event, uid: "2", busy: false, cancelled: true, url: "https://x.example/a b" }],
    0,
  );

  assert.equal(
    feed,
    icalendar(
      "Plattform, süd",
      [event, { ...event, uid: "2", busy: false, cancelled: true, url: "https://x.example/a b" }],
      0,
    ),
  );
  assert.equal(feed.replaceAll("\r\n", "").includes("\n"), false);
  assert.match(feed, /DTSTART:20261122T010000Z\r\n/);
  assert.match(feed, /URL:https:\/\/x\.example\/a%20b\r\n/);
});
