// swift-tools-version: 6.0
// Programs that depend only on the packed package.
import PackageDescription

let senders = Target.Dependency.product(name: "Senders", package: "senders")
let package = Package(
    name: "user",
    platforms: [.macOS(.v13)],
    dependencies: [.package(path: "senders")],
    targets: [
        TARGETS
    ]
)
