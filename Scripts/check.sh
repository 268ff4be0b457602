#!/usr/bin/env bash
# What a change must pass before its tests are looked at: the format, a build of
# everything without a warning, and documentation without one.
#
#   Scripts/check.sh           checks
#   Scripts/check.sh --flags   prints the flags of the build
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

flags=(-Xswiftc -warnings-as-errors --explicit-target-dependency-import-check error)
if [[ ${1-} == --flags ]]; then
    echo "${flags[*]}"
    exit
fi
swift format lint --recursive --strict --parallel Sources Tests Examples/*/Sources Examples/*/Tests Package.swift
swift build --build-tests "${flags[@]}"
Scripts/docs.sh --check
