import assert from "node:assert/strict";
import { differences, type Fixture } from "./fixtures.ts";

/** Sends a fixture's request to a stand-in and holds the answer against it. */
export async function holdAgainst(url: string, fixture: Fixture): Promise<void> {
  const { request, reply } = fixture;
  const answer = await fetch(`${url}${request.path}`, {
    method: request.method,
    redirect: "manual",
    headers: { ...(request.body === undefined ? {} : { "content-type": "application/json" }), ...request.headers },
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
  });
  const text = await answer.text();
  assert.equal(answer.status, reply.status, `${fixture.id}: ${text.slice(0, 300)}`);
  for (const [name, value] of Object.entries(reply.headers)) assert.equal(answer.headers.get(name), value, fixture.id);
  if (typeof reply.body === "string" && !reply.body.startsWith("~"))
    assert.equal(text.trim(), reply.body.trim(), fixture.id);
  else if (typeof reply.body === "string") assert.match(text, new RegExp(reply.body.slice(1)), fixture.id);
  else if (reply.body !== undefined) assert.deepEqual(differences(reply.body, JSON.parse(text)), [], fixture.id);
}

/** What every folder of fixtures must be: each has a source, and says whether it was compared. */
export function assertSourced(fixtures: readonly Fixture[]): void {
  assert.ok(fixtures.length > 5);
  for (const { id, source, compared, never } of fixtures) {
    assert.match(source, /@|\d+\.\d+|docs|facts|https?:/, `${id}: a source names a file and its revision`);
    assert.notEqual(compared === undefined, never === undefined, id);
  }
}
