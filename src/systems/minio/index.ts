import type { System } from "../contract.ts";

export const minio: System = {
  id: "minio",
  title: "MinIO",
  recognition: {
    charts: ["minio", "minio-operator"],
    images: ["minio/minio", "bitnami/minio", "bitnamilegacy/minio"],
    repositories: ["minio/operator"],
    apiGroups: ["minio.min.io"],
  },
};
