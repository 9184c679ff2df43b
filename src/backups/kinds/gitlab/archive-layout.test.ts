import assert from "node:assert/strict";
import { test } from "node:test";
import { InputError } from "../../../kernel/errors.ts";
import { chooseBundles, roleOf, type SeenFiles } from "./archive-layout.ts";

const name = "@hashed/ab/cd/abcd.git";
const path = "@hashed/ab/cd/abcd";

function seen(files: Readonly<Record<string, string | number>>): SeenFiles {
  const of = <T>(role: string, as: (content: string | number) => T): ReadonlyMap<string, T> =>
    new Map(
      Object.entries(files).flatMap(([file, content]) => (roleOf(file, name) === role ? [[file, as(content)]] : [])),
    );
  return {
    texts: of("text", String),
    bundles: new Set(of("bundle", String).keys()),
    lists: of("list", Number),
    other: Object.keys(files).find((file) => roleOf(file, name) === "other"),
  };
}

const refused = (files: Readonly<Record<string, string | number>>, why: RegExp): void =>
  assert.throws(
    () => chooseBundles(name, seen(files)),
    (thrown) => thrown instanceof InputError && why.test(thrown.message),
  );

const manifest = `manifests/default/${name}/+latest.toml`;
const bundle = `default/${name}/7/001.bundle`;

test("files of another repository are none of it, be its name ever so like", () => {
  for (const file of [
    "@hashed/ab/cd/abcd.wiki.bundle",
    "@hashed/ab/cd/abcd.wiki/7/001.bundle",
    "@hashed/ab/cd/abcde.bundle",
    "default/@hashed/ab/cd/abcd.wiki.git/7/001.bundle",
    "manifests/default/@hashed/ab/cd/abcd.design.git/+latest.toml",
    `manifests/default/${name}/7.toml`,
    `manifests/default/old/${name}/+latest.toml`,
    "backup_information.yml",
  ])
    assert.equal(roleOf(file, name), undefined, file);
});

test("a manifest is asked before a pointer, and a pointer before the oldest way", () => {
  const legacy = { [`${path}.bundle`]: "" };
  const pointer = { [`${path}/LATEST`]: "7\n", [`${path}/7/LATEST`]: "001", [`${path}/7/001.bundle`]: "" };
  const byManifest = {
    [manifest]: `head_reference = "refs/heads/\\u00e4"\n[[steps]]\nbundle_path = '${bundle}'\n`,
    [bundle]: "",
  };

  assert.deepEqual(chooseBundles(name, seen(legacy)), { bundles: [`${path}.bundle`] });
  assert.deepEqual(chooseBundles(name, seen({ ...legacy, ...pointer })), { bundles: [`${path}/7/001.bundle`] });
  assert.deepEqual(chooseBundles(name, seen({ ...legacy, ...pointer, ...byManifest })), {
    bundles: [bundle],
    head: "refs/heads/ä",
  });
});

test("steps on top of each other are taken together, in the order that the archive says, with the last list of refs", () => {
  const later = `default/${name}/8/002.bundle`;
  const lists = { [bundle.replace("bundle", "refs")]: 60, [later.replace("bundle", "refs")]: 70 };
  const toml = `[[steps]]\nbundle_path = '${bundle}'\n\n[[steps]]\nbundle_path = '${later}'\n`;
  const steps = { [manifest]: toml, [later]: "", [bundle]: "", ...lists };
  const [first, second] = [`${path}/7/001`, `${path}/7/002`];
  const pointed: Readonly<Record<string, string | number>> = {
    [`${path}/LATEST`]: "7",
    [`${path}/7/LATEST`]: "002",
    [`${second}.bundle`]: "",
    [`${first}.bundle`]: "",
    [`${first}.refs`]: 60,
    [`${second}.refs`]: 60,
  };

  assert.deepEqual(chooseBundles(name, seen(steps)), {
    bundles: [bundle, later],
    list: later.replace("bundle", "refs"),
  });
  assert.deepEqual(chooseBundles(name, seen(pointed)), {
    bundles: [`${first}.bundle`, `${second}.bundle`],
    list: `${second}.refs`,
  });
  const { [later]: _, ...withoutLater } = steps;
  refused(withoutLater, /8\/002\.bundle, and that is not in it: it is damaged/);
  const { [`${first}.refs`]: _list, ...withoutList } = pointed;
  refused(withoutList, /7\/001\.refs, and that is not in it: it is damaged/);
  refused({ ...pointed, [`${path}/7/LATEST`]: "999999999" }, /7\/003\.bundle, and that is not in it: it is damaged/);
});

test("what gitaly-backup began and did not commit, as nothing was new, is no step", () => {
  const [first, second] = [`${path}/7/001`, `${path}/7/002`];
  const begun = { [`${first}.bundle`]: "", [`${first}.refs`]: 60, [`${second}.refs`]: 40 };

  assert.deepEqual(
    chooseBundles(name, seen({ [`${path}/LATEST`]: "7", [`${path}/7/LATEST`]: "001", ...begun })).bundles,
    [`${first}.bundle`],
  );
});

test("a HEAD that Git would not take is none", () => {
  for (const head of ["refs/heads/../../x", "refs/heads/a\\nb", "-x", "refs/heads/a b", "HEAD"]) {
    const toml = `head_reference = "${head}"\n[[steps]]\nbundle_path = '${bundle}'\n`;
    assert.deepEqual(chooseBundles(name, seen({ [manifest]: toml, [bundle]: "" })), { bundles: [bundle] }, head);
  }
});

test("a step at which the repository was empty has no bundle, and the next one is whole", () => {
  const pointed = { [`${path}/LATEST`]: "7", [`${path}/7/LATEST`]: "002" };
  const [first, second] = [`${path}/7/001`, `${path}/7/002`];

  assert.deepEqual(
    chooseBundles(name, seen({ ...pointed, [`${first}.refs`]: 0, [`${second}.refs`]: 60, [`${second}.bundle`]: "" })),
    { bundles: [`${second}.bundle`], list: `${second}.refs` },
  );
  refused({ ...pointed, [`${first}.refs`]: 60, [`${first}.bundle`]: "", [`${second}.refs`]: 0 }, /was empty/);
});

test("one without refs was empty, and one whose bundle is not there is damaged", () => {
  const toml = `[[steps]]\nbundle_path = '${bundle}'\n`;

  refused({ [manifest]: toml, [`default/${name}/7/001.refs`]: 0 }, /was empty/);
  refused({ [`default/${name}/7/001.refs`]: 0 }, /was empty/);
  refused({ [manifest]: toml, [`default/${name}/7/001.refs`]: 60 }, /that is not in it: it is damaged/);
  refused({ [manifest]: "garbage" }, /it names no bundle/);
  refused({ [`${path}/LATEST`]: "7" }, /it names no bundle/);
  refused({ [manifest]: "bundle_path = '/etc/passwd'\n" }, /that is not in it/);
});

test("another way of laying it, and the same repository in two storages, are refused and said", () => {
  refused({ [`default/${name}/7/001.bundle`]: "" }, /in a way that is not known here \(repositories\/default\//);
  refused({ [`default/${name}/7/001.pack`]: "" }, /in a way that is not known here/);
  refused({}, /has no repository .*: name it as group\/project/);
  refused({ [manifest]: "", [`manifests/second/${name}/+latest.toml`]: "" }, /more than once \(default, second\)/);
});
