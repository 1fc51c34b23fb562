/// The channel of a sender.
public enum Channel: OpenEnum {
    /// WhatsApp.
    case whatsapp
    /// RCS.
    case rcs
    /// A channel this version does not know, and refuses.
    case unknown(String)

    /// Every channel this version knows.
    public static let known: [Self] = [.whatsapp, .rcs]

    /// The channel as it is on the wire.
    public var rawValue: String {
        switch self {
        case .whatsapp: "whatsapp"
        case .rcs: "rcs"
        case .unknown(let text): text
        }
    }
}
