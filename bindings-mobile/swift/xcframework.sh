#!/bin/sh
# Makes CSendersFFI.xcframework, which Package.swift takes on Apple's systems. Needs a Mac with Xcode and Rust (rustup).
# NOT BUILT HERE: this project's machines run Linux, so nothing below was ever run.
set -eu
cd "$(dirname "$0")/../.."
OUT=bindings-mobile/swift/CSendersFFI.xcframework
WORK=${CARGO_TARGET_DIR:-target}/xcframework

# A slice a platform; those with two processors are one fat library. tvOS, watchOS and visionOS have no Rust of rustup's yet.
SLICES="macos:aarch64-apple-darwin,x86_64-apple-darwin
ios:aarch64-apple-ios
ios-simulator:aarch64-apple-ios-sim,x86_64-apple-ios"

export MACOSX_DEPLOYMENT_TARGET=13.0 IPHONEOS_DEPLOYMENT_TARGET=16.0
rm -rf "$OUT" "$WORK"
mkdir -p "$WORK/headers/CSendersFFI"
cp bindings-mobile/swift/Sources/CSendersFFI/CSendersFFI.h bindings-mobile/swift/Sources/CSendersFFI/module.modulemap \
  "$WORK/headers/CSendersFFI/"

set --
for slice in $SLICES; do
  name=${slice%%:*}
  libraries=
  for target in $(echo "${slice#*:}" | tr , ' '); do
    rustup target add "$target"
    cargo rustc --profile mobile --package senders-mobile --lib --crate-type staticlib --target "$target"
    libraries="$libraries ${CARGO_TARGET_DIR:-target}/$target/mobile/libsenders_mobile.a"
  done
  mkdir -p "$WORK/$name"
  # shellcheck disable=SC2086
  lipo -create $libraries -output "$WORK/$name/libsenders_mobile.a"
  set -- "$@" -library "$WORK/$name/libsenders_mobile.a" -headers "$WORK/headers"
done
xcodebuild -create-xcframework "$@" -output "$OUT"
