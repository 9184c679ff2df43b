/** A text's lines, as they come. */
export async function* linesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const rest = yield* endedBy("\n", stream);
  if (rest !== "") yield rest;
}

/** What has the character behind it, each as it comes; returns what comes after the last. */
export async function* endedBy(
  character: "\n" | "\0",
  stream: AsyncIterable<Uint8Array>,
): AsyncGenerator<string, string> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let pieces: string[] = [];
  for await (const chunk of stream) {
    const [first = "", ...more] = decoder.decode(chunk, { stream: true }).split(character);
    pieces.push(first);
    for (const next of more) {
      yield pieces.join("");
      pieces = [next];
    }
  }
  return pieces.join("") + decoder.decode();
}

/** What is known to be short. */
export async function allOf<T>(stream: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const one of stream) all.push(one);
  return all;
}
