terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.60"
    }
    helm = {
      source  = "hashicorp/helm"
      version = "2.15.0"
    }
  }
  # backend "s3" {
  #   bucket = "acme-state"
  # }
}

variable "operator_version" {
  type    = string
  default = "1.24.0"
}

module "eks" {
  source  = "terraform-aws-modules/eks/aws"
  version = "~> 20.0"
}

module "dns" {
  source = "../../modules/dns"
}

resource "helm_release" "operator" {
  name       = "operator"
  repository = "https://charts.acme.test/stable"
  chart      = "operator"
  version    = var.operator_version
  set {
    name  = "image.tag"
    value = "1.24.0"
  }
}

resource "helm_release" "scaler" {
  name       = "scaler"
  repository = "https://charts.acme.test/stable"
  chart      = "scaler"
}

resource "random_password" "db" {
  length = 32
}

resource "acme_database" "main" {
  password = random_password.db.result
}
