// The conformance driver of the Swift package: a task a line on standard input, a trace a line on standard output.
//
// The package's public interface is run with a transport that answers from the task's script and a clock that moves only
// when told. Nothing is judged here: what was seen goes back, and the runner compares. The protocol is described in
// tests/vectors/README.md.
//
// `conformance-driver large-body URL` measures one call instead: a process of its own for a test of the package.

import Foundation

for name in ProcessInfo.processInfo.environment.keys where name.hasPrefix("TWILIO_") || name.hasPrefix("SENDERS_") {
    unsetenv(name)
}
if CommandLine.arguments.count == 3, CommandLine.arguments[1] == "large-body" {
    try await measureLargeBody(at: CommandLine.arguments[2])
    exit(0)
}
while let line = readLine() {
    let trace: String
    do {
        let task = try JSONDecoder().decode(ScriptedTask.self, from: Data(line.utf8))
        trace = await task.trace(line)
    } catch {
        trace = json(["id": "", "events": [Any](), "end": ["crash": "\(error)"]])
    }
    FileHandle.standardOutput.write(Data("\(trace)\n".utf8))
}
