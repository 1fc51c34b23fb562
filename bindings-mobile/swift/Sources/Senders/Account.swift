/// Who a client is and where its requests go: what was given, completed from the environment.
struct Account {
    var accountSid: String?
    var authToken: String?
    var apiKey: String?
    var apiSecret: String?
    var baseURL: String?
    var region: String?
    var edge: String?

    /// How it says who it is; may be shown.
    var credentials: String { authToken != nil ? "auth token" : apiSecret != nil ? "API key" : "none" }

    /// Takes from the environment what was not given, by the same rules in every language of this library.
    mutating func complete(from environment: [String: String], noCredentials: Bool) throws {
        func variable(_ name: String) -> String? {
            environment[name].flatMap { $0.isEmpty ? nil : $0 }
        }
        let isGiven = [accountSid, authToken, apiKey, apiSecret].contains { $0 != nil }
        if noCredentials {
            guard !isGiven else { throw argumentError("noCredentials", "must not be given together with credentials") }
        } else if !isGiven {
            if let key = variable("TWILIO_API_KEY"), let secret = variable("TWILIO_API_SECRET") {
                (apiKey, apiSecret) = (key, secret)
            } else if let sid = variable("TWILIO_ACCOUNT_SID"), let token = variable("TWILIO_AUTH_TOKEN") {
                (accountSid, authToken) = (sid, token)
            } else {
                throw argumentError(
                    "accountSid",
                    "must be given with authToken, or apiKey with apiSecret, or set TWILIO_ACCOUNT_SID and "
                        + "TWILIO_AUTH_TOKEN, or TWILIO_API_KEY and TWILIO_API_SECRET, in the environment "
                        + "(noCredentials: true sends none, for a proxy that adds them)")
            }
        }
        if baseURL == nil, region == nil, edge == nil {
            baseURL = variable("SENDERS_BASE_URL")
        }
        if baseURL == nil {
            region = region ?? variable("TWILIO_REGION")
            edge = edge ?? variable("TWILIO_EDGE")
        }
    }
}
