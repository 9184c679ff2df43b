import assert from "node:assert/strict";
import { test } from "node:test";
import { isOldInView, keptPage, wholeView } from "./kept-pages.ts";

const page = (at: number, name: string) => ({ at, name, value: { items: Array.from({ length: 100 }), total: 400 } });
const before = {
  pages: [page(5, "head"), page(2, "second"), page(3, "third"), page(4, "fourth")],
  pageParams: ["", "b", "c", "d"],
};
const named = (begins: string, first: number, last: number, total: number | undefined = 400) =>
  keptPage(before, begins, { view: { first, last }, total })?.name;

test("of a list that is read anew the head and what is in view are read, the rest is kept", () => {
  const seen = ["", "b", "c", "d"].map((begins) => named(begins, 250, 290));
  assert.deepEqual(seen, [undefined, "second", undefined, undefined], "the fourth is what one scrolls to next");
  assert.deepEqual(
    ["", "b", "c", "d"].map((begins) => named(begins, 0, 20)),
    [undefined, "second", "third", "fourth"],
  );
});

test("a page that begins elsewhere by now, and one of a list that was never read, are read", () => {
  assert.equal(named("c2", 0, 20), undefined);
  assert.equal(keptPage(undefined, "b", { view: { first: 0, last: 20 }, total: 400 }), undefined);
});

test("where rows came or went, or nobody counts them, all of it is read: nobody knows which page they are in", () => {
  assert.equal(named("b", 300, 320, 401), undefined);
  assert.equal(keptPage(before, "b", { view: { first: 300, last: 320 }, total: undefined }), undefined);
});

test("where no table says what is in view, all of it is", () => {
  assert.equal(keptPage(before, "d", { view: wholeView, total: 400 }), undefined);
});

test("what comes into view and is older than the head is to be read; what came later is not", () => {
  const { pages } = before;
  assert.equal(isOldInView(pages, { first: 0, last: 20 }), false);
  assert.equal(isOldInView(pages, { first: 140, last: 160 }), true);
  assert.equal(isOldInView([page(5, "head"), page(6, "second")], { first: 140, last: 160 }), false);
  assert.equal(isOldInView([], wholeView), false);
});
