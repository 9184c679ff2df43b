import { differences, type Fixture } from "./fixtures.ts";

/** Sends a fixture's request to a server and says what of the answer differs, a line each; nothing when it is as written. */
export async function complaintsOf(url: string, { id, request, reply }: Fixture): Promise<readonly string[]> {
  const answer = await fetch(`${url}${request.path}`, {
    method: request.method,
    redirect: "manual",
    headers: { ...(request.body === undefined ? {} : { "content-type": "application/json" }), ...request.headers },
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
  });
  const text = (await answer.text()).trim();
  const headers = Object.entries(reply.headers).flatMap(([name, value]) =>
    answer.headers.get(name) === value ? [] : [`header ${name} is ${answer.headers.get(name)}, not ${value}`],
  );
  const status = answer.status === reply.status ? [] : [`status ${answer.status}, not ${reply.status}`];
  return [...status, ...headers, ...bodyDifferences(reply.body, text)].map((words) => `${id}: ${words}`);
}

function bodyDifferences(wanted: unknown, text: string): readonly string[] {
  if (wanted === undefined) return [];
  if (typeof wanted !== "string") return differences(wanted, parsed(text));
  const fits = wanted.startsWith("~") ? new RegExp(wanted.slice(1)).test(text) : text === wanted.trim();
  return fits ? [] : [`body is ${text.slice(0, 120)}, not ${wanted}`];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
