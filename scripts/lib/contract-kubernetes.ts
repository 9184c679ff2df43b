import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { calls } from "../../lab/kubernetes/contract/calls.ts";
import { labAnswers } from "../../lab/kubernetes/contract/lab-answers.ts";
import { realPrograms, realVersion, startReal } from "../../lab/kubernetes/contract/real.ts";
import { differencesFrom, readRecording, recordingFile } from "../../lab/kubernetes/contract/recording.ts";
import { answersOf } from "../../lab/kubernetes/contract/send.ts";
import type { ContractOptions, Outcome } from "./contract-part.ts";

/** The lab's cluster and the recording, each against a real kube-apiserver with its etcd. */
export async function holdKubernetes({ all, record, cache, today }: ContractOptions): Promise<Outcome> {
  const programs = realPrograms(join(cache, "tools"), all);
  if (programs === undefined)
    return {
      kind: "not-run",
      what: "kube-apiserver",
      why: "not built; npm run contract -- --all does it in minutes, with Go",
    };
  const real = await startReal(programs);
  try {
    const answers = await answersOf(calls, real);
    if (record)
      writeFileSync(recordingFile, `${JSON.stringify({ server: realVersion, recordedAt: today, answers }, null, 2)}\n`);
    // What the lab does otherwise is told of the lab alone: the recording has to be the real answer.
    const plain = calls.map(({ id, about, as, method, path }) => ({ id, about, as, method, path }));
    const stale = differencesFrom(readRecording().answers, answers, plain).map((line) => `recording: ${line}`);
    const lab = differencesFrom(answers, await labAnswers(), calls).map((line) => `lab: ${line}`);
    const known = calls.filter(({ differs }) => differs !== undefined).length;
    return {
      kind: "held",
      words: `${calls.length} calls to kube-apiserver ${realVersion}; ${known} are known to differ`,
      complaints: [...stale, ...lab],
    };
  } finally {
    await real.close();
  }
}
