#!/bin/bash
set -e
kubectl exec -n gitlab deployment/gitlab-toolbox -- backup-utility --skip registry
kubectl exec -n sharinghub deploy/mlflow-postgres -- pg_dump -U mlflow mlflow > mlflow-backup.sql
helm get values -n gitlab gitlab > gitlab-values-backup.yaml
