import assert from "node:assert/strict";
import { test } from "node:test";
import type { Actor } from "../platform/actor.ts";
import {
  environmentsOf,
  isSecondPerson,
  mayUse,
  mayUseSomewhere,
  type Principal,
  type Roles,
  tokenActorId,
} from "./role.ts";

const ada: Actor = { kind: "person", id: "oidc:ada", name: "Ada" };
const bob: Actor = { kind: "person", id: "oidc:bob", name: "Bob" };
const ci: Actor = { kind: "token", id: tokenActorId(ada, "1"), name: "ci" };

const principal = (roles: Roles): Principal => ({ actor: ada, roles });

test("a role includes those before it, in its own environment only", () => {
  const approver = principal({ staging: "approver" });
  assert.equal(mayUse(approver, "viewer", "staging"), true);
  assert.equal(mayUse(approver, "approver", "staging"), true);
  assert.equal(mayUse(approver, "admin", "staging"), false);
  assert.equal(mayUse(approver, "viewer", "production"), false);
});

test("what belongs to the whole platform asks for a role held everywhere", () => {
  assert.equal(mayUse(principal({ production: "admin" }), "viewer", undefined), false);
  assert.equal(mayUse(principal({ "*": "viewer" }), "viewer", undefined), true);
});

test("of a role held everywhere and one held here the higher counts", () => {
  const both = principal({ "*": "viewer", staging: "operator" });
  assert.equal(mayUse(both, "operator", "staging"), true);
  assert.equal(mayUse(both, "operator", "production"), false);
  assert.equal(mayUse(both, "viewer", "production"), true);
});

test("an environment called as the wildcard or as a property of every object gives nothing", () => {
  assert.equal(mayUse(principal({ staging: "admin" }), "viewer", "*"), false);
  assert.equal(mayUse(principal({}), "viewer", "constructor"), false);
  assert.equal(mayUse(principal({}), "viewer", "__proto__"), false);
});

test("the environments somebody may see are named, or all", () => {
  assert.deepEqual(environmentsOf(principal({ staging: "viewer", production: "operator" }), "operator"), [
    "production",
  ]);
  assert.equal(environmentsOf(principal({ "*": "operator" }), "viewer"), undefined);
  assert.equal(mayUseSomewhere(principal({ staging: "viewer" }), "operator"), false);
});

test("nobody is the second person of their own request, and a program is nobody's", () => {
  assert.equal(isSecondPerson(bob, ada), true);
  assert.equal(isSecondPerson(ada, ada), false);
  assert.equal(isSecondPerson(ci, ada), false);
  assert.equal(isSecondPerson(bob, ci), true);
  assert.equal(isSecondPerson(ada, ci), false, "the token is Ada's");
});
