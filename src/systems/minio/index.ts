import type { System } from "../contract.ts";
import { s3Probes } from "../probes-s3.ts";
import { certificateProbe } from "../probes-tls.ts";

export const minio: System = {
  id: "minio",
  title: "MinIO",
  recognition: {
    charts: ["minio", "minio-operator"],
    images: ["minio/minio", "bitnami/minio", "bitnamilegacy/minio"],
    repositories: ["minio/operator"],
    apiGroups: ["minio.min.io"],
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
