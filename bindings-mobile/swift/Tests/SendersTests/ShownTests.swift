import Foundation
import Testing

@testable import Senders

/// The text of values where they are printed, dumped and encoded, whatever the server wrote.
@Suite struct ShownTests {
    private let evil = "X\nCRITICAL root: \u{1b}[31m +1 501 712 2661 \u{202e}" + String(repeating: "y", count: 5000)

    private func text(_ value: some Any) -> [String] {
        var dumped = ""
        dump(value, to: &dumped)
        return ["\(value)", String(reflecting: value), dumped]
    }

    private func isShown(_ text: String) -> Bool {
        let line = text.trimmingCharacters(in: .newlines)
        return line.utf8.count < 1500 && !line.contains("712") && !line.unicodeScalars.contains("\u{1b}")
            && !line.unicodeScalars.contains("\u{202e}") && !line.contains("\nCRITICAL")
    }

    @Test("a server's words are shown in one short line without numbers") func words() throws {
        let object: [String: Any] = [
            "sid": "XE\n+15017122661", "status": evil, "offline_reasons": [["code": evil, "message": evil]],
        ]
        let json = try String(decoding: JSONSerialization.data(withJSONObject: object), as: UTF8.self)
        let sender = try Sender(json: json)
        for line in text(sender) { #expect(isShown(line), "\(line.prefix(300))") }
        for line in text(sender.offlineReasons[0]) { #expect(isShown(line), "\(line.prefix(300))") }
        #expect(isShown("\(sender.status)"))
        #expect(sender.status.rawValue == evil && sender.offlineReasons[0].message == evil)
        #expect("\(Status.offline)" == "OFFLINE")
        #expect("\(try Sender(json: Self.plain))" == "Sender(\(sid), ONLINE)")
    }

    private static let plain = #"{"sid":"\#(sid)","status":"ONLINE"}"#

    @Test("fields keep what Swift has no value for apart, and an encoded sender loses nothing") func odd() throws {
        let nested = String(repeating: "[", count: 70) + String(repeating: "]", count: 70)
        for (odd, read) in [("1e400", JSONValue.number(.infinity)), (#""a\ud83d""#, JSONValue.string("\u{fffd}"))] {
            let sender = try Sender(json: #"{"sid":"XE1","status":"S","a":9007199254740993,"new":\#(odd),"deep":\#(nested)}"#)
            #expect(sender.fields["new"] == read && sender.fields["a"] == .integer(9_007_199_254_740_993))
            #expect(sender.json.contains(odd))
            #expect(throws: EncodingError.self) { try JSONEncoder().encode(sender) }
            #expect(sender == sender)
        }
        let sender = try Sender(json: #"{"sid":"XE1","status":"S","a":9007199254740993,"deep":\#(nested)}"#)
        #expect(try JSONDecoder().decode(Sender.self, from: JSONEncoder().encode(sender)) == sender)
    }

    @Test("the longest durations are mistakes or bounds, and no crash") func durations() async throws {
        #expect(Duration.milliseconds(Int64.max).inMilliseconds == .max)
        #expect(Duration(secondsComponent: .max / 1000, attosecondsComponent: 999_999_999_999_999_999).inMilliseconds == .max)
        #expect(Duration(secondsComponent: .min, attosecondsComponent: 0).inMilliseconds == .min)
        let scripted = Scripted(json: json())
        let error = await failure {
            try await client(scripted).fetch(sid, options: CallOptions(timeout: Duration(secondsComponent: .max / 1000, attosecondsComponent: 999_999_999_999_999_999)))
        }
        #expect(error.kind == .invalidArgument && error.field == "timeout")
    }

    @Test("a long list goes back in the time it takes to read it") func longList() async throws {
        // As many as the core reads of a list, of a sender whose JSON is long.
        let (count, more) = (1000, String(repeating: "x", count: 4 << 20))
        let items = (0..<count).map { #"{"website":"https://\#($0).example","label":null,"future":\#($0)}"# }
        var profile = try #require(
            try Sender(json: #"{"sid":"XE1","status":"S","more":"\#(more)","profile":{"websites":[\#(items.joined(separator: ","))]}}"#).profile)
        #expect(profile.websites?.count == count)
        profile.websites?.removeFirst()
        let scripted = Scripted(json: json())
        let start = ContinuousClock.now
        try await client(scripted).update(sid, profile: .init(profile))
        // Read again for each item it takes half a minute.
        #expect(start.duration(to: .now) < .seconds(5))
        let body = String(decoding: scripted.asked[0].body, as: UTF8.self)
        #expect(body.hasPrefix(#"{"profile":{"websites":[{"website":"https://1.example""#))
        #expect(body.hasSuffix(#"{"website":"https://999.example","future":999}]}}"#))
    }
}
