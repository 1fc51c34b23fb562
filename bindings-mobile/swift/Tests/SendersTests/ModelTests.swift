import Foundation
import Testing

@testable import Senders

@Suite struct ModelTests {
    private let text = """
        {"sid":"\(sid)","status":"NEW:ONE","sender_id":"whatsapp:+15017122661","friendly_name":null,
        "configuration":{"waba_id":"1","verification_method":"fax","voice_application_sid":"APX","account_type":""},
        "webhook":{"callback_url":"u","callback_method":"PUT"},
        "profile":{"name":"Näme 😀","logo_url":7,"websites":[{"website":"w","label":null}],"emails":[],"use_case":"OTP","new":1},
        "properties":{"quality_rating":"HIGH"},
        "offline_reasons":[{"code":"63104","message":"m","more_info":"i"}],
        "compliance":{"registration_sid":"r","countries":[{"country":"US","status":"ONLINE","carriers":[{"name":"c","status":"X"}]}]},
        "display_name_status":"pending_review","new_field":{"inner":[1,2.5,true,null,"t"]}}
        """

    @Test("everything the server says arrives") func everythingTheServerSaysArrives() throws {
        let sender = try Sender(json: text)
        #expect(sender.status == .unknown("NEW:ONE") && !sender.status.isKnown)
        #expect(sender.senderID == "whatsapp:+15017122661" && sender.friendlyName == nil)
        #expect(sender.configuration?.wabaID == "1" && sender.configuration?.verificationMethod == .unknown("fax"))
        #expect(sender.configuration?.accountType == .cleared)
        #expect(sender.webhook?.callbackMethod == .put)
        #expect(sender.profile?.name == "Näme 😀" && sender.profile?.logoURL == "7")
        #expect(sender.profile?.websites == [Website(website: "w")] && sender.profile?.emails == [])
        #expect(sender.profile?.useCase == .otp)
        #expect(sender.offlineReasons == [OfflineReason(code: "63104", message: "m", moreInfo: "i")])
        #expect(sender.compliance?.countries?.first?.carriers?.first?.status == .unknown("X"))
        #expect(sender.displayNameStatus == .pendingReview)
        #expect(sender.fields["new_field"]?["inner"] == .array([.integer(1), .number(2.5), .bool(true), .null, .string("t")]))
        #expect(sender.fields["profile"]?["new"] == .integer(1))
    }

    @Test("a sender goes through Codable unharmed") func aSenderGoesThroughCodableUnharmed() throws {
        let sender = try Sender(json: text)
        let data = try JSONEncoder().encode([sender])
        let back = try JSONDecoder().decode([Sender].self, from: data)
        #expect(back == [sender] && Set(back) == [sender])
        #expect(back[0].profile == sender.profile && back[0].compliance == sender.compliance)
        #expect(try Sender(json: json()) != sender)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(Sender.self, from: Data(#"{"sid":"x"}"#.utf8)) }
        #expect(throws: SendersError.self) { try Sender(json: #"{"sid":"canary"}"#) }
    }

    @Test("parts have the words of the wire when encoded") func partsHaveTheWordsOfTheWireWhenEncoded() throws {
        let profile = Profile(name: "N", logoURL: "l", emails: [Email(email: "e")], useCase: .unknown("NEW"))
        let data = try JSONEncoder().encode(profile)
        let expected: JSONValue = try JSONDecoder().decode(
            JSONValue.self, from: Data(#"{"name":"N","logo_url":"l","emails":[{"email":"e"}],"use_case":"NEW"}"#.utf8))
        #expect(try JSONDecoder().decode(JSONValue.self, from: data) == expected)
        #expect(try JSONDecoder().decode(Profile.self, from: data) == profile)
    }

    @Test("a request's three states go through Codable") func aRequestsThreeStatesGoThroughCodable() throws {
        let fields = ProfileFields(
            name: "N", about: .null, address: "", websites: [.init(website: "w", label: .null)], emails: [], useCase: "OTP")
        let data = try JSONEncoder().encode(fields)
        let expected: JSONValue = try JSONDecoder().decode(
            JSONValue.self,
            from: Data(
                #"{"name":"N","about":null,"address":"","websites":[{"website":"w","label":null}],"emails":[],"use_case":"OTP"}"#.utf8))
        #expect(try JSONDecoder().decode(JSONValue.self, from: data) == expected)
        #expect(try JSONDecoder().decode(ProfileFields.self, from: data) == fields)
        #expect(try JSONDecoder().decode([Field<String>].self, from: Data(#"["a",null]"#.utf8)) == ["a", .null])
    }

    @Test("every known word is a case, and every other text is kept") func everyKnownWordIsACase() {
        func check<Word: OpenEnum>(_: Word.Type) {
            for word in Word.known + [.unknown("é\"")] {
                #expect(Word(rawValue: word.rawValue) == word && word.description == word.rawValue)
            }
            #expect(Word.unknown(Word.known[0].rawValue) == Word.known[0])
            #expect(!Word.unknown("é").isKnown && Word.known.allSatisfy(\.isKnown))
        }
        check(Channel.self)
        check(Status.self)
        check(AccountType.self)
        check(Vertical.self)
        check(CarrierStatus.self)
    }

    @Test("a line of business is one of the known words or any text") func vertical() throws {
        let known = try Sender(json: json("ONLINE", #","profile":{"vertical":"Beauty, Spa and Salon"}"#))
        #expect(known.profile?.vertical == .beautySpaAndSalon)
        var profile = Profile(vertical: .nonProfit)
        #expect(profile.vertical?.rawValue == "Non-profit")
        profile.vertical = "New line"
        #expect(profile.vertical == .unknown("New line") && Profile(vertical: "Automotive").vertical == .automotive)
        let line = "line"
        let fields = [
            ProfileFields(vertical: "Automotive"), ProfileFields(vertical: .value(.otcDrugs)), ProfileFields(vertical: "New line"),
            ProfileFields(vertical: "New \(line)"), ProfileFields(vertical: .null),
        ]
        #expect(fields.map(\.vertical.value?.rawValue) == ["Automotive", "OTC Drugs", "New line", "New line", nil])
    }

    @Test("nothing shows what it holds") func nothingShowsWhatItHolds() throws {
        let sender = try Sender(json: text)
        var dumped = ""
        dump([sender], to: &dumped)
        let profile = try #require(sender.profile)
        dump(profile, to: &dumped)
        let fields = ConfigurationFields(wabaID: "canary", verificationCode: "canary")
        dump(fields, to: &dumped)
        let client = try client(Scripted(json: json()))
        dump(client, to: &dumped)
        let request = HttpRequest(method: "GET", url: "u", headers: [HttpHeader("Authorization", "canary")], body: Data("canary".utf8))
        dump(request, to: &dumped)
        let shown = dumped + "\(sender) \(profile) \(fields) \(fields.wabaID) \(client) \(request) \([client])"
            + "\(String(reflecting: sender)) \(String(reflecting: fields)) \(String(reflecting: client))"
        for secret in ["+1501", "Näme", "canary", zeros] {
            #expect(!shown.contains(secret), "\(secret) in \(shown)")
        }
        #expect("\(client)" == "Senders(https://messaging.twilio.com, credentials: auth token)")
    }
}
