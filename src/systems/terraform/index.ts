import type { System } from "../contract.ts";

/** Terraform and OpenTofu. What they deploy is read by their reader; here is only how they are told as images. */
export const terraform: System = {
  id: "terraform",
  title: "Terraform",
  recognition: { images: ["hashicorp/terraform", "opentofu/opentofu"] },
};
