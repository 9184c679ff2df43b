#!/bin/bash
# Cleans temporary files.
find . -name "*.tfstate*" -delete
find . -name "*kubeconfig*" -delete
rm -rf logs tmp
