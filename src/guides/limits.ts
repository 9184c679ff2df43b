/** A trap of the real systems that files in a repository cannot show, why, and what would tell. */
export interface BlindSpot {
  readonly trap: string;
  readonly source: string;
  readonly why: string;
  readonly whatWouldTell: string;
}

/** A make target whose tool a machine may lack: what was tried then. */
export interface Refusal {
  readonly target: string;
  readonly tool: string;
}

export const refusals: readonly Refusal[] = [
  { target: "validate", tool: "terraform" },
  { target: "format", tool: "terraform" },
  { target: "docker-clean", tool: "docker" },
  { target: "docker-build", tool: "docker" },
  { target: "docker-security-scan", tool: "trivy" },
];
