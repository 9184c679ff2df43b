#!/bin/sh
# Leaves the state alone.
find . -name '.terraform' -type d -exec rm -rf {} +
find . -name '*.tfstate*' -delete
