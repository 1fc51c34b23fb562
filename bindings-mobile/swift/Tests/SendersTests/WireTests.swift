import Foundation
import Testing

@testable import Senders

@Suite struct WireTests {
    @Test("a request has the wire's names at every depth and its three states") func aRequestHasTheWiresNamesAtEveryDepthAndItsThreeStates() async throws {
        let scripted = Scripted(202, json: json("CREATING"))
        let client = try client(scripted)
        let name = "Näme 😀"
        let made = try await client.create(
            "whatsapp:+15017122661", friendlyName: "Front desk",
            configuration: .init(
                wabaID: "1", verificationMethod: .value(.voice), verificationCode: "123456",
                voiceApplicationSid: "AP\(zeros)", accountType: .value(.cleared)),
            webhook: .init(
                callbackURL: "https://a.example", callbackMethod: "POST", fallbackURL: .null, fallbackMethod: .value(.put),
                statusCallbackURL: "https://b.example", statusCallbackMethod: "POST"),
            profile: .init(
                name: .value(name), about: .null, logoURL: "https://l.example", bannerURL: "", privacyURL: "p",
                termsOfServiceURL: "t", accentColor: "#1f6feb",
                websites: [.init(website: "https://w.example", label: "waba_id")],
                emails: [.init(email: "a@b.c", label: .null)], phoneNumbers: [.init(phoneNumber: "+1", label: "x")],
                useCase: "OTP"))
        #expect(made.status == .creating && made.sid == sid)
        let request = scripted.asked[0]
        #expect(request.method == "POST" && request.url == "https://messaging.twilio.com/v2/Channels/Senders")
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == #"{"sender_id":"whatsapp:+15017122661","friendly_name":"Front desk","configuration":{"waba_id":"1","#
                + #""verification_method":"voice","verification_code":"123456","voice_application_sid":"AP\#(zeros)","#
                + #""account_type":""},"webhook":{"callback_url":"https://a.example","callback_method":"POST","fallback_url":null,"#
                + #""fallback_method":"PUT","status_callback_url":"https://b.example","status_callback_method":"POST"},"#
                + #""profile":{"name":"Näme 😀","about":null,"logo_url":"https://l.example","banner_url":"","privacy_url":"p","#
                + ##""terms_of_service_url":"t","accent_color":"#1f6feb","websites":[{"website":"https://w.example","label":"waba_id"}],"##
                + #""emails":[{"email":"a@b.c","label":null}],"phone_numbers":[{"phone_number":"+1","label":"x"}],"use_case":"OTP"}}"#)
        let headers = Dictionary(uniqueKeysWithValues: request.headers.map { ($0.name, $0.value) })
        #expect(headers["Authorization"] == "Basic " + Data("\(account):\(zeros)".utf8).base64EncodedString())
        #expect(headers["User-Agent"]?.hasPrefix("senders-swift/") == true)
        #expect(request.attemptTimeout == .seconds(30) && request.connectTimeout == .seconds(5))

        try await client.update(sid, webhook: .null, profile: .init(about: .null))
        #expect(String(decoding: scripted.asked[1].body, as: UTF8.self) == #"{"webhook":null,"profile":{"about":null}}"#)
        try await client.verify(sid, code: "123456")
        #expect(String(decoding: scripted.asked[2].body, as: UTF8.self) == #"{"configuration":{"verification_code":"123456"}}"#)
    }

    @Test("options of a call reach it") func optionsOfACallReachIt() async throws {
        let scripted = Scripted(json: json())
        let client = try client(scripted)
        _ = try await client.fetch(sid, options: CallOptions(timeout: .milliseconds(1500), headers: ["traceparent": "00-1"]))
        let request = scripted.asked[0]
        #expect(request.attemptTimeout == .milliseconds(1500))
        #expect(request.headers.contains(HttpHeader("traceparent", "00-1")))
        let refused = await failure { try await client.fetch(sid, options: CallOptions(headers: ["Host": "x"])) }
        #expect(refused.kind == .invalidArgument && refused.field == "headers")
    }

    @Test("arguments are named as Swift names them") func argumentsAreNamedAsSwiftNamesThem() async throws {
        let scripted = Scripted(json: json())
        let client = try client(scripted)
        let senderID = await failure { try await client.create("15017122661") }
        #expect(senderID.kind == .invalidArgument && senderID.field == "senderID", "\(senderID)")
        #expect(senderID.message.hasPrefix("senderID must"))
        let application = await failure {
            try await client.update(sid, configuration: .init(voiceApplicationSid: "my_Url"))
        }
        #expect(application.field == "configuration.voiceApplicationSid" && application.message.hasSuffix("got `my_Url`"))
        for try await _ in client.list(limit: 0).pages {}
        let size = await failure { for try await _ in client.list(pageSize: 1001) {} }
        #expect(size.field == "pageSize" && size.attempts == 0 && !size.mayHaveExecuted)
        let negative = await failure { try await client.fetch(sid, options: CallOptions(maxRetries: -1)) }
        #expect(negative.field == "maxRetries")
        let time = await failure { try Senders(accountSid: account, authToken: zeros, timeout: .zero) }
        #expect(time.field == "timeout")
        let base = await failure { try Senders(accountSid: account, authToken: zeros, baseURL: "http://example.com") }
        #expect(base.field == "baseURL" && base.message.hasPrefix("baseURL must"))
        #expect(scripted.asked.isEmpty)
    }

    @Test("the environment fills in what is not given, and crosses the border in part only")
    func theEnvironmentFillsInWhatIsNotGiven() throws {
        let environment = [
            "TWILIO_API_KEY": "SK\(zeros)", "TWILIO_API_SECRET": "s", "SENDERS_BASE_URL": "https://proxy.example",
            "HOME": "/home", "TWILIO_OTHER": "x",
        ]
        #expect(variables(of: environment).keys.sorted() == ["SENDERS_BASE_URL", "TWILIO_API_KEY", "TWILIO_API_SECRET"])
        #expect(variables(of: [:]).isEmpty)
    }
}
