import assert from "node:assert/strict";
import { test } from "node:test";
import * as z from "zod";
import { guideLines } from "../guides/index.ts";
import { livePages } from "../live/rules.ts";
import { defineProbe } from "../systems/contract.ts";
import { troubleshootingMarkdown } from "./markdown.ts";
import { symptomsOf } from "./symptom.ts";

const probe = defineProbe({
  id: "readiness",
  tells: "whole",
  title: "Does every part say it is ready?",
  needs: [],
  inputs: z.object({}),
  credentials: { token: "may read the readiness page" },
  everySeconds: 60,
  timeoutSeconds: 10,
  source: "docs.example.org/readiness",
  read: async () => [],
});
const hub = { id: "hub", title: "The hub", recognition: {}, probes: [probe] };
const known = symptomsOf({ rules: livePages, systems: [hub], lines: guideLines });

test("each probe, each rule and each troubleshooting line of the guides is a symptom, once, with what to do", () => {
  assert.equal(new Set(known.map(({ id }) => id)).size, known.length);
  assert.ok(known.every(({ says, toDo, command }) => says !== "" && toDo !== "" && command !== ""));
  const ids = known.map(({ id }) => id);
  for (const id of ["probe:hub:readiness", "rule:certificate-expired", "guide:B.120"]) assert.ok(ids.includes(id), id);
  assert.ok(!ids.includes("guide:A.1"));
});

test("a probe says what it may carry, and whose trouble a bad answer is", () => {
  const [first] = known;
  assert.equal(first?.says, "Badly answered: Does every part say it is ready?");
  assert.match(first?.why ?? "", /or that of something it needs.* Asked every 60 s\. It carries token: may read/);
});

test("the page has what shows now first, and takes what was observed for text, never for markup", () => {
  const showing = new Map([["probe:hub:readiness", { count: 3, where: "hub: <b>503</b> | [x](y)\nagain" }]]);
  const page = troubleshootingMarkdown(known, { at: "2026-11-20T09:00:00.000Z" as never, showing });

  const now = page.slice(page.indexOf("## What shows now"), page.indexOf("## A component answers badly"));
  assert.ok(now.includes("\\<b\\>503\\</b\\> \\| \\[x\\](y) again and 2 more"), now);
  assert.ok(!troubleshootingMarkdown(known).includes("What shows now"));
});
