import assert from "node:assert/strict";
import { test } from "node:test";
import { InputError } from "../../../kernel/errors.ts";
import { databaseWith, mlflowRows, mlflowTables } from "../../others/prove.test-support.ts";
import { TestRepository, testPorts } from "../../own.test-support.ts";
import { planFor } from "./restore-plan.ts";
import type { RestoreServer } from "./restore-server.ts";

const url = await databaseWith(`${mlflowTables}${mlflowRows}`);
const name = new URL(url).pathname.slice(1);
const { manifest } = await (await TestRepository.make()).backUp(url);
const server = (freeBytes: number | undefined): RestoreServer => ({
  database: name,
  connect: (database) => testPorts.connectSource(Object.assign(new URL(url), { pathname: `/${database}` }).href),
  restore: () => Promise.reject(new InputError("nothing is restored in this test")),
  freeBytes: async () => freeBytes,
});

test("an older server, an extension that it lacks and too little room are in the way", async () => {
  const { source, content } = manifest.body;
  const newer = {
    ...manifest,
    body: {
      ...manifest.body,
      source: { ...source, serverVersion: "99.1" },
      content: { ...content, extensions: [{ name: "no_such_extension", version: "1" }] },
    },
  };
  const { refuses } = await planFor(newer, { kind: "in-place" }, server(1000));
  assert.match(
    refuses.join("; "),
    /is of PostgreSQL 99\.1, and the server is .*: a dump is not restored into an older one/,
  );
  assert.match(refuses.join("; "), /no extension no_such_extension/);
  assert.match(refuses.join("; "), /has 1 MB free, and the backup needs/);
});

test("roles that are not there are made, and their passwords are asked for", async () => {
  const roles = [...manifest.body.roles, { ...manifest.body.roles[0], name: "nobody_here", superuser: false }];
  const other = { ...manifest, body: { ...manifest.body, roles } } as typeof manifest;
  const { does, notes, refuses } = await planFor(other, { kind: "in-place" }, server(undefined));
  assert.deepEqual(refuses, []);
  assert.match(does.join("; "), /make the roles nobody_here, without a password/);
  assert.match(notes.join("; "), /give the roles nobody_here their passwords/);
});

test("the database from which others are renamed is not restored in place", async () => {
  const { refuses } = await planFor(manifest, { kind: "in-place" }, { ...server(undefined), database: "postgres" });
  assert.match(refuses.join(), /restore it by hand/);
});
