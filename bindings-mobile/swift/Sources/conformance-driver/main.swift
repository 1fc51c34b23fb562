// The conformance driver of the Swift package: a task a line on standard input, a trace a line on standard output.
//
// The package's public interface is run with a transport that returns the responses of the task's script and a clock that
// moves only by command. Nothing is judged here: the trace goes back, and the runner compares. The protocol is described in
// tests/vectors/README.md.
//
// With arguments it makes one call instead, for tests of the package that need a separate process: see Alone.swift.

import Foundation

for name in ProcessInfo.processInfo.environment.keys where name.hasPrefix("TWILIO_") || name.hasPrefix("SENDERS_") {
    unsetenv(name)
}
if CommandLine.arguments.count > 2 {
    exit(await runAlone(CommandLine.arguments[1], Array(CommandLine.arguments[2...])) ? 0 : 1)
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
