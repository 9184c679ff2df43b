import assert from "node:assert/strict";
import { test } from "node:test";
import { gapsOf, type ProofOfStore } from "./gaps.ts";

const database: ProofOfStore = {
  store: "gitlab/database",
  kind: "postgresql",
  proof: {
    doesNotCover: ["passwords of database roles", "LFS objects", "uploads"],
    elsewhere: [
      { what: "LFS objects", id: "lfs", kinds: ["gitlab"] },
      { what: "uploads", id: "uploads", kinds: ["gitlab"] },
    ],
  },
};
const archive: ProofOfStore = {
  store: "gitlab/backup",
  kind: "gitlab",
  proof: {
    doesNotCover: ["LFS objects (left to gitlab/lfs)"],
    elsewhere: [{ what: "LFS objects (left to gitlab/lfs)", id: "lfs", store: "gitlab/lfs", kinds: [] }],
  },
};
const bucket: ProofOfStore = { store: "gitlab/lfs", kind: "objects", proof: { doesNotCover: [], elsewhere: [] } };

test("what another store of the point covers is no gap of it, also by way of a third", () => {
  assert.deepEqual(gapsOf([database, archive, bucket]), ["passwords of database roles"]);
});

test("what is left to a store that is not in the point is a gap, told by the last that leaves it", () => {
  assert.deepEqual(gapsOf([database, archive]), ["passwords of database roles", "LFS objects (left to gitlab/lfs)"]);
  assert.deepEqual(gapsOf([database]), database.proof.doesNotCover);
});

test("a store of another component covers nothing, and none covers what it leaves out itself", () => {
  const other = { ...archive, store: "forge/backup" };
  assert.deepEqual(gapsOf([database, other, bucket]).slice(0, 3), database.proof.doesNotCover);
  const skipped: ProofOfStore = {
    ...archive,
    proof: {
      doesNotCover: ["uploads (skipped)"],
      elsewhere: [{ what: "uploads (skipped)", id: "uploads", kinds: [] }],
    },
  };
  assert.deepEqual(gapsOf([database, skipped]), ["passwords of database roles", "uploads (skipped)"]);
});
