import assert from "node:assert/strict";
import { test } from "node:test";
import { notReached, problemFrom } from "./problem.ts";

test("a problem of the server keeps what happened and what to do", () => {
  const problem = problemFrom(
    403,
    { title: "Not allowed", detail: "This call needs the role admin in staging.", toDo: "Ask." },
    "GET /x",
  );

  assert.deepEqual(
    [problem.status, problem.title, problem.toDo, problem.missingRole],
    [403, "Not allowed", "Ask.", { role: "admin", environment: "staging" }],
  );
  assert.equal(problem.passing, false);
});

test("a proxy's page is not taken for the server's word", () => {
  for (const body of ["<html>502</html>", null, undefined, { error: "x" }]) {
    const problem = problemFrom(502, body, "GET /x");
    assert.match(problem.message, /in the server's place/);
    assert.equal(problem.passing, true);
  }
});

test("a server that is not reached is worth another try, and the cause is kept", () => {
  const cause = new TypeError("failed to fetch");

  assert.equal(notReached(cause).passing, true);
  assert.equal(notReached(cause).cause, cause);
});

test("a missing role is named with where it is missing", () => {
  const missing = (place: string) =>
    problemFrom(403, { detail: `This call needs the role operator in ${place}.` }, "POST /x").missingRole;

  assert.deepEqual(missing("production"), { role: "operator", environment: "production" });
  assert.deepEqual(missing("the platform as a whole"), { role: "operator", environment: undefined });
});

test("a mode that forbids is no missing role", () => {
  assert.equal(problemFrom(403, { detail: "This server is in mode observe." }, "POST /x").missingRole, undefined);
});

test("an address that can name nothing leads nowhere; the page does not speak of parameters", () => {
  const errors = [{ where: "params.id", problem: "16 hexadecimal digits" }];
  const none = problemFrom(400, { detail: "params.id: 16 hexadecimal digits.", errors }, "GET /runs/none");
  assert.deepEqual(
    [none.status, none.message, none.errors],
    [404, "The address leads nowhere: id is 16 hexadecimal digits.", []],
  );
  const given = problemFrom(400, { detail: "no", errors: [{ where: "body.id", problem: "no" }] }, "POST /runs");
  assert.equal(given.status, 400);
});
