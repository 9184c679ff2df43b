import type { System } from "../contract.ts";
import { s3Probes } from "../probes-s3.ts";
import { certificateProbe } from "../probes-tls.ts";

/** Object storage that speaks S3, where the repository deploys it; a bought one shows only as an address. */
export const s3: System = {
  id: "s3",
  title: "S3 object storage",
  recognition: {
    charts: ["garage", "seaweedfs", "rook-ceph", "rook-ceph-cluster"],
    images: ["dxflrs/garage", "chrislusf/seaweedfs", "rook/ceph"],
    apiGroups: ["ceph.rook.io", "objectbucket.io"],
  },
  probes: [...s3Probes, certificateProbe],
  keeps: [
    {
      id: "buckets",
      title: "the buckets",
      heldBy: [{ kind: "objects", ofAny: true }, { kind: "files" }],
      sources: ["https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingBucket.html"],
    },
  ],
};
