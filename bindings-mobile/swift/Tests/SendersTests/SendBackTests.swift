import Foundation
import Testing

@testable import Senders

/// Sections that were read and go back, with fields this version does not know.
@Suite struct SendBackTests {
    private let sender = #"{"sid":"\#(sid)","status":"ONLINE","#
        + #""configuration":{"waba_id":"1","verification_method":null,"future":1.0,"account_type":"NEW"},"#
        + #""webhook":{"callback_url":"https://a.example","callback_method":"GET","retries":{"most":3,"least":null}},"#
        + #""profile":{"name":"Example","about":null,"vertical":"Other","emails":[{"email":"a@b.example","label":null,"checked":true}],"#
        + #""websites":["https://a.example"],"phone_numbers":null,"future":[1]}}"#

    private func sent(_ fetched: String? = nil, _ call: (Senders, Sender) async throws -> Void) async throws -> String {
        let scripted = Scripted(json: fetched ?? sender)
        let client = try client(scripted)
        try await call(client, client.fetch(sid))
        let last = try #require(scripted.asked.last)
        #expect(last.method == "POST")
        return String(decoding: last.body, as: UTF8.self)
    }

    @Test("what was read goes back as it came, without its nulls") func asItCame() async throws {
        #expect(
            try await sent { try await $0.update(sid, configuration: .init($1.configuration)) }
                == #"{"configuration":{"waba_id":"1","account_type":"NEW","future":1.0}}"#)
        #expect(
            try await sent { try await $0.update(sid, webhook: .init($1.webhook), profile: .init($1.profile)) }
                == #"{"webhook":{"callback_url":"https://a.example","callback_method":"GET","retries":{"most":3}},"#
                + #""profile":{"name":"Example","vertical":"Other","websites":["https://a.example"],"#
                + #""emails":[{"email":"a@b.example","checked":true}],"future":[1]}}"#)
        // A section that was not there is left out.
        #expect(
            try await sent(json()) {
                try await $0.update(sid, configuration: .init($1.configuration), profile: .init($1.profile ?? Profile(name: "N")))
            } == #"{"profile":{"name":"N"}}"#)
        // A sender that went through Codable keeps it.
        #expect(
            try await sent {
                let again = try JSONDecoder().decode(Sender.self, from: JSONEncoder().encode($1))
                try await $0.update(sid, configuration: .init(again.configuration))
            }.contains(#""future":1"#))
    }

    @Test("changes take the place of what was read") func changes() async throws {
        #expect(
            try await sent {
                var profile = try #require($1.profile)
                (profile.name, profile.about) = ("New", "Hi")
                profile.emails?[0].email = "c@d.example"
                profile.emails?.append(Email(email: "e@f.example"))
                try await $0.update(sid, profile: .init(profile))
            }
                == #"{"profile":{"vertical":"Other","websites":["https://a.example"],"future":[1],"name":"New","about":"Hi","#
                + #""emails":[{"checked":true,"email":"c@d.example"},{"email":"e@f.example"}]}}"#)
        // Nil for what had a value clears it; what was null is left alone, unless null is assigned.
        #expect(
            try await sent {
                var profile = try #require($1.profile)
                (profile.vertical, profile.emails) = (nil, [])
                var fields = ProfileFields(profile)
                fields.about = .null
                try await $0.update(sid, profile: .value(fields))
            }
                == #"{"profile":{"name":"Example","websites":["https://a.example"],"future":[1],"about":null,"vertical":null,"emails":[]}}"#)
        let read = try Sender(json: sender)
        let client = try client(Scripted(json: json()))
        let mistake = await failure {
            var webhook = try #require(read.webhook)
            webhook.fallbackMethod = "GET"
            return try await client.update(sid, webhook: .init(webhook))
        }
        #expect(mistake.field == "webhook.fallbackMethod")
    }

    @Test("where it was read is no part of what it says, and is not shown") func equality() throws {
        let read = try Sender(json: sender)
        let again = try Sender(json: sender.replacingOccurrences(of: #""future":[1]"#, with: #""future":2"#))
        #expect(read.profile == again.profile && read.profile?.hashValue == again.profile?.hashValue)
        #expect(read.profile?.emails == [Email(email: "a@b.example")])
        #expect(read.profile.map(ProfileFields.init(_:)) != again.profile.map(ProfileFields.init(_:)))
        var dumped = ""
        dump(read.profile, to: &dumped)
        dump(read.profile.map(ProfileFields.init(_:)), to: &dumped)
        dump(Field<ProfileFields>(read.profile), to: &dumped)
        #expect(!dumped.contains("xample") && !dumped.contains("future"), "\(dumped)")
    }

    @Test("numbers and plain texts are read where texts and objects are documented") func oddTypes() throws {
        let odd = try Sender(
            json: json("ONLINE", #","properties":{"messaging_limit":1000},"profile":{"emails":["a@b.example",{"email":"c@d.example"}]}"#))
        #expect(odd.properties?.messagingLimit == "1000")
        #expect(odd.profile?.emails == [Email(email: "a@b.example"), Email(email: "c@d.example")])
    }

    @Test("unusual text arrives byte for byte, at every depth, written or read") func unusualText() async throws {
        let controls = String(String.UnicodeScalarView((0..<0x20).compactMap(Unicode.Scalar.init)))
        let odd = "\(controls)\u{7f}\u{85}\u{2028}\u{2029}\u{feff}\u{fffe}\u{10ffff} e\u{301} é \u{1F468}\u{200d}\u{1F467} \"\\/</script> \\u0041 $received"
        let text = String(decoding: try JSONEncoder().encode(odd), as: UTF8.self)
        func isSame(_ one: JSONValue?) -> Bool { one?.string.map { $0.utf8.elementsEqual(odd.utf8) } ?? false }
        func body(_ sent: String) throws -> JSONValue { try JSONDecoder().decode(JSONValue.self, from: Data(sent.utf8)) }
        let written = try body(
            await sent { client, _ in
                try await client.update(
                    sid, friendlyName: .value(odd), webhook: .init(callbackURL: .value(odd)),
                    profile: .init(
                        name: .value(odd), vertical: .value(.init(rawValue: odd)), websites: .value([.init(website: .value(odd))])))
            })
        #expect(isSame(written["friendly_name"]) && isSame(written["webhook"]?["callback_url"]))
        #expect(isSame(written["profile"]?["name"]) && isSame(written["profile"]?["vertical"]))
        #expect(written["profile"]?["websites"] == .array([.object(["website": .string(odd)])]))
        let fetched = #"{"sid":"\#(sid)","status":"ONLINE","profile":{"new":\#(text),"about":\#(text),"emails":[{"new":\#(text)}]}}"#
        let read = try body(
            await sent(fetched) {
                var profile = try #require($1.profile)
                profile.emails?[0].label = odd
                try await $0.update(sid, profile: .init(profile))
            })
        #expect(isSame(read["profile"]?["new"]) && isSame(read["profile"]?["about"]))
        #expect(read["profile"]?["emails"] == .array([.object(["new": .string(odd), "label": .string(odd)])]))
    }

    @Test("another spelling of the same character is a change") func spellings() async throws {
        let fetched = #"{"sid":"\#(sid)","status":"ONLINE","profile":{"name":"Cafe\u0301","emails":[{"label":"e\u0301"},{"label":"a"}]}}"#
        let body = try await sent(fetched) {
            var profile = try #require($1.profile)
            profile.name = "Café"
            profile.emails?[0].label = "é"
            try await $0.update(sid, profile: .init(profile))
        }
        #expect(body.utf8.elementsEqual(#"{"profile":{"name":"Café","emails":[{"label":"é"},{"label":"a"}]}}"#.utf8), "\(body)")
    }

    @Test("only a request has what was read") func encoded() throws {
        let fields = try #require(try Sender(json: sender).profile.map(ProfileFields.init(_:)))
        #expect(String(decoding: try JSONEncoder().encode(fields), as: UTF8.self) == "{}")
        let given = Data(#"{"$received":"{\"future\":1}","name":"N"}"#.utf8)
        #expect(try JSONDecoder().decode(ProfileFields.self, from: given) == ProfileFields(name: "N"))
    }
}
