import Senders

extension ScriptedTask.Sections {
    /// The sections that a response held, by name, with what these say of them as changes.
    func under(_ read: [String: Sender]) -> Self {
        var out = self
        if let configuration = read["configuration"]?.configuration {
            out.configuration = changed(
                ConfigurationFields(configuration), by: self.configuration, \.wabaID, \.verificationMethod, \.verificationCode,
                \.voiceApplicationSid, \.accountType)
        }
        if let webhook = read["webhook"]?.webhook {
            out.webhook = changed(
                WebhookFields(webhook), by: self.webhook, \.callbackURL, \.callbackMethod, \.fallbackURL, \.fallbackMethod,
                \.statusCallbackURL, \.statusCallbackMethod)
        }
        if let profile = read["profile"]?.profile {
            out.profile = changed(
                ProfileFields(profile), by: self.profile, \.name, \.about, \.address, \.description, \.logoURL, \.bannerURL,
                \.privacyURL, \.termsOfServiceURL, \.accentColor, \.vertical, \.websites, \.emails, \.phoneNumbers, \.useCase)
        }
        return out
    }
}

private func changed<Fields, each Value>(
    _ read: Fields, by changes: Field<Fields>, _ paths: repeat WritableKeyPath<Fields, Field<each Value>>
) -> Field<Fields> {
    var out = read
    if let changes = changes.value {
        for path in repeat each paths {
            if changes[keyPath: path] != .untouched {
                out[keyPath: path] = changes[keyPath: path]
            }
        }
    }
    return .value(out)
}
