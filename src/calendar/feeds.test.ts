import assert from "node:assert/strict";
import { test } from "node:test";
import { instantOf } from "../kernel/instant.ts";
import { defaultConfig } from "../platform/config.ts";
import { calendarService } from "./service.ts";
import { day } from "./zone.ts";

const now = Date.UTC(2026, 10, 20);
const staging = { ...defaultConfig, platform: "ours", environments: [{ name: "staging" }] };

test("a feed is written once, until the configuration, the day or a work order is another", () => {
  let config = staging;
  const service = calendarService(() => ({ config, stop: undefined }));
  let written = 0;
  const read = (at: number, reader: string, orders: string): string =>
    service.feeds({ calendar: service.compiled(instantOf(at)), reader, orders }, () => `${++written}`);

  assert.deepEqual([read(now, "a", "o1"), read(now + 1000, "a", "o1")], ["1", "1"]);
  assert.equal(read(now, "b", "o1"), "2", "another reader");
  assert.equal(read(now, "a", "o2"), "3", "another version of a work order");
  assert.equal(read(now + day, "a", "o2"), "4", "another day");
  config = { ...config };
  assert.equal(read(now + day, "a", "o2"), "5", "another configuration");
  assert.equal(read(now + day, "a", "o2"), "5");
});

test("of many readers the one remembered first is forgotten first", () => {
  const service = calendarService(() => ({ config: staging, stop: undefined }));
  const calendar = service.compiled(instantOf(now));
  let written = 0;
  const read = (reader: number): string =>
    service.feeds({ calendar, reader: String(reader), orders: "" }, () => `${++written}`);
  for (let reader = 1; reader <= 33; reader += 1) read(reader);
  assert.equal(read(33), "33");
  assert.equal(read(2), "2");
  assert.equal(read(1), "34");
});

test("the freezes of millwright.yaml are on the server's calendar, and go with it", () => {
  const reason = "the holidays";
  let config = { ...staging, freezes: [{ from: "2026-12-20", until: "2027-01-04", reason }] };
  const service = calendarService(() => ({ config, stop: undefined }));
  const frozen = (): number => service.compiled(instantOf(now)).environments.get("staging")?.frozen.length ?? 0;

  assert.equal(frozen(), 1);
  config = { ...staging, freezes: [] };
  assert.equal(frozen(), 0);
});
