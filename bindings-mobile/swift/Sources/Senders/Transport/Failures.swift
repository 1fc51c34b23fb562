import Foundation
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// What an error of URLSession means.
///
/// - Parameter bodyBytesSent: how much of the request's body went out; nil if it has none.
func failure(of error: any Error, bodyBytesSent: Int64?) -> TransportFailure {
    let error = error as NSError
    let text = error.localizedDescription
    guard error.domain == NSURLErrorDomain else {
        return TransportFailure(.other, sent: .unknown, text)
    }
    // Nothing beats the evidence: what has gone out has gone out.
    let began = (bodyBytesSent ?? 0) > 0
    func before(_ kind: TransportFailure.Kind) -> TransportFailure {
        TransportFailure(kind, sent: began ? .unknown : .no, text)
    }
    switch URLError.Code(rawValue: error.code) {
    case .timedOut:
        return TransportFailure(.timeout, sent: bodyBytesSent == 0 ? .no : .unknown, text)
    case .cancelled:
        return TransportFailure(.aborted, sent: .unknown, "the request was given up")
    case .cannotConnectToHost:
        #if canImport(FoundationNetworking)
        // Here it is also what a later failure is called when the first of two addresses refused.
        guard says(text, ["connect to"]) else { return ofCurl(text) }
        #endif
        return before(.connect)
    case .cannotFindHost, .dnsLookupFailed, .notConnectedToInternet, .internationalRoamingOff, .callIsActive,
        .dataNotAllowed:
        return before(.connect)
    case .secureConnectionFailed, .serverCertificateHasBadDate, .serverCertificateUntrusted,
        .serverCertificateHasUnknownRoot, .serverCertificateNotYetValid, .clientCertificateRejected,
        .clientCertificateRequired, .appTransportSecurityRequiresSecureConnection:
        return before(.tls)
    case .networkConnectionLost:
        return TransportFailure(.closed, sent: .unknown, text)
    case .cannotParseResponse, .cannotDecodeRawData, .cannotDecodeContentData, .zeroByteResource, .httpTooManyRedirects,
        .redirectToNonExistentLocation:
        return TransportFailure(.protocol, sent: .unknown, text)
    case .dataLengthExceedsMaximum:
        return TransportFailure(.responseTooLarge, sent: .yes, text)
    default:
        return ofCurl(text)
    }
}

/// What libcurl's own words mean: on Linux most of its errors have no code of URLSession's.
private func ofCurl(_ text: String) -> TransportFailure {
    if says(text, ["certificate", "ssl connect error", "handshake"]) {
        return TransportFailure(.tls, sent: .no, text)
    }
    if says(text, ["closed", "missing", "empty reply", "recv", "send", "receiving", "reset", "eof"]) {
        return TransportFailure(.closed, sent: .unknown, text)
    }
    // It cannot write what it was sent: the header or the body is not to be understood.
    if says(text, ["http", "header", "chunk", "content-length", "encoding", "weird", "writing", "larger than"]) {
        return TransportFailure(.protocol, sent: .unknown, text)
    }
    return TransportFailure(.other, sent: .unknown, text)
}

private func says(_ text: String, _ words: [String]) -> Bool {
    let text = text.lowercased()
    return words.contains { text.contains($0) }
}
