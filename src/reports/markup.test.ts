import assert from "node:assert/strict";
import { test } from "node:test";
import { assert as check, property, string } from "fast-check";
import { escapeMarkdown, escapeXml, markdownCode, proseAsHtml } from "./markup.ts";

const anyText = string({ unit: "grapheme" });

test("escaped XML holds no markup, and reads back as the text where XML can hold it", () => {
  check(
    property(anyText, (text) => {
      const escaped = escapeXml(text);
      assert.doesNotMatch(escaped, /[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
      const back = escaped
        .replaceAll("&lt;", "<")
        .replaceAll("&gt;", ">")
        .replaceAll("&quot;", '"')
        .replaceAll("&#39;", "'")
        .replaceAll("&amp;", "&");
      assert.equal(back.length, text.toWellFormed().length);
    }),
  );
});

test("code between backticks is shown as code, and markup inside it stays text", () => {
  assert.equal(proseAsHtml("run `a <b>` now"), "run <code>a &lt;b&gt;</code> now");
  assert.equal(proseAsHtml("one ` alone"), "one ` alone");
  assert.equal(escapeMarkdown("run `a|b` now_"), "run `a\\|b` now\\_");
  assert.equal(escapeMarkdown("one ` alone"), "one \\` alone");
});

test("a cell of Markdown is one line without a bare pipe, bracket or tag", () => {
  check(
    property(anyText, (text) => {
      const cell = escapeMarkdown(`${text}\n  <b>|[x](y)`);
      assert.ok(!cell.includes("\n"));
      assert.doesNotMatch(cell.replace(/\\\\/g, ""), /(?<!\\)\|/);
    }),
  );
});

test("code in Markdown keeps its backticks inside a longer fence", () => {
  assert.equal(markdownCode("plain"), "`plain`");
  assert.equal(markdownCode("a`b"), "`` a`b ``");
  assert.equal(markdownCode("``"), "``` `` ```");
  assert.equal(markdownCode("a\n  b|c"), "`a b\\|c`");
});
