/** A kubeconfig file, as JSON, which is YAML. */
export function kubeconfigOf(server: string, ca: string, user: Readonly<Record<string, string>>): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "lab",
    clusters: [{ name: "lab", cluster: { server, "certificate-authority-data": base64(ca) } }],
    users: [{ name: "me", user }],
    contexts: [{ name: "lab", context: { cluster: "lab", user: "me" } }],
  });
}

export function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
