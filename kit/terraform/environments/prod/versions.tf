# Exact, in every environment the same. The providers' hashes are in .terraform.lock.hcl, which the first `terraform init`
# writes and which is then committed (README.md here says why it is not shipped).
terraform {
  required_version = "= 1.16.3"

  required_providers {
    kubernetes = {
      source  = "hashicorp/kubernetes"
      version = "= 2.38.0"
    }
    helm = {
      source  = "hashicorp/helm"
      version = "= 3.1.1"
    }
  }
}
