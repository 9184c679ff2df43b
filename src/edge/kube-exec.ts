import { SystemError } from "../kernel/errors.ts";
import { type Fact, known } from "../kernel/fact.ts";
import type { KubeExecOptions, KubeExecResult } from "../kernel/kube.ts";
import { execStream } from "./kube-exec-stream.ts";
import type { KubeTransport } from "./kube-transport.ts";

const maxBytes = 64_000_000;

/** Runs a program in a container and collects what it prints. */
export async function exec(
  transport: KubeTransport,
  pod: { readonly namespace: string; readonly name: string },
  { container, command, stdin, timeoutMs = 60_000 }: KubeExecOptions,
): Promise<Fact<KubeExecResult>> {
  const started = await execStream(transport, pod, {
    container,
    command,
    stdin: stdin === undefined ? undefined : oneChunk(stdin),
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (started.kind !== "known") return started;
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of started.value.output) {
    length += chunk.length;
    if (length > maxBytes) throw new SystemError("The program printed more than 64 MB; that is not read.", "stop");
    chunks.push(chunk);
  }
  const { exitCode, stderr } = await started.value.ended;
  return known({ exitCode, stderr, stdout: Buffer.concat(chunks).toString("utf8") }, started.source);
}

async function* oneChunk(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
