import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { chunksOf } from "../../../edge/object-store.test-support.ts";
import { instantOf } from "../../../kernel/instant.ts";
import type { ObjectBucket } from "../../../kernel/object-store.ts";
import { alignVersions } from "./align.ts";
import type { ObjectEntry } from "./body.ts";
import type { Listed } from "./order.ts";

/** `D` is a delete marker; another letter a content. */
type History = readonly string[];

const modified = instantOf(0);
const listedAs = (history: History): readonly Listed[] =>
  history.map((text, index) => {
    const etag = hash("md5", text);
    const isLast = index === history.length - 1;
    const own = { version: `${index}`, latest: isLast, deleted: text === "D" };
    return { key: "k", size: text === "D" ? 0 : 1, etag, modified, ...own };
  });
const copiedAs = (history: History): readonly ObjectEntry[] =>
  history.map((text, place) => {
    const [size, sha256] = [text === "D" ? 0 : 1, hash("sha256", text)];
    // As a store has it that encrypts by a key of its own: no digest of the content.
    const entry: ObjectEntry = { key: "k", size, etag: "other", modified, sha256, pack: 0, place };
    return text === "D" ? { ...entry, deleted: true } : entry;
  });

async function missingIn(there: History, copied: History): Promise<{ missing: History; isExtra: boolean }> {
  const stub: Pick<ObjectBucket, "get"> = {
    get: async (_, { version } = {}) => ({
      kind: "read",
      size: 1,
      etag: undefined,
      version,
      etagMayBeMd5: false,
      metadata: {},
      tagCount: undefined,
      content: chunksOf(there[Number(version)] ?? ""),
    }),
  };
  const place = { bucket: stub as ObjectBucket, isUntouched: () => false };
  const { missing, isExtra } = await alignVersions(copiedAs(copied), listedAs(there), place);
  return { missing: missing.map(({ place: at }) => copied[at] ?? ""), isExtra };
}

function isWithin(history: History, all: History): boolean {
  let found = 0;
  for (const one of all) if (found < history.length && one === history[found]) found += 1;
  return found === history.length;
}

const histories = fc.array(fc.constantFrom("a", "b", "c", "D"), { maxLength: 6 });
const withoutFirstMarkers = (history: History): History =>
  history.slice(
    history.findIndex((one) => one !== "D") === -1 ? history.length : history.findIndex((one) => one !== "D"),
  );

test("whatever is there, a key has all it had, in order, the newest last; and then nothing is missing", async () => {
  await fc.assert(
    fc.asyncProperty(histories, histories, async (there, copied) => {
      const { missing, isExtra } = await missingIn(there, copied);
      if (isExtra) {
        assert.deepEqual(missing, []);
        assert.notEqual(there.at(-1), "D");
        assert.ok(copied.length === 0 || copied.at(-1) === "D");
        return;
      }
      const after = [...there, ...missing];
      const wanted = withoutFirstMarkers(copied);
      assert.ok(isWithin(wanted, after));
      if (wanted.length > 0) assert.equal(after.at(-1), wanted.at(-1));
      assert.deepEqual(await missingIn(after, copied), { missing: [], isExtra: false });
    }),
    { numRuns: 1000 },
  );
});

test("broken off after any of them, what was put stays and the rest follows", async () => {
  await fc.assert(
    fc.asyncProperty(histories, histories, fc.nat(6), async (there, copied, ends) => {
      const { missing } = await missingIn(there, copied);
      const broken = missing.slice(0, ends);

      const rest = await missingIn([...there, ...broken], copied);

      assert.deepEqual([...broken, ...rest.missing], missing);
    }),
    { numRuns: 1000 },
  );
});

test("what was overwritten is put once more; a key that was deleted then and is there again stays", async () => {
  assert.deepEqual(await missingIn(["a", "b", "c"], ["a", "b"]), { missing: ["b"], isExtra: false });
  assert.deepEqual(await missingIn(["a", "D", "c"], ["a", "D"]), { missing: [], isExtra: true });
  assert.deepEqual(await missingIn(["a"], ["a", "D"]), { missing: ["D"], isExtra: false });
  assert.deepEqual(await missingIn([], ["D", "D"]), { missing: [], isExtra: false });
});
