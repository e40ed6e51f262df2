#!/bin/sh
# The exit code of a search without a match.
exit 1
