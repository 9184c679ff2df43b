# The state is remote and locked, so that no clean-up of a working copy can lose it. Bucket versioning must be on.
terraform {
  backend "s3" {
    bucket       = "mlops-terraform-state"
    key          = "local/platform.tfstate"
    region       = "eu-west-1"
    encrypt      = true
    use_lockfile = true
  }
}
