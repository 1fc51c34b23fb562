import Foundation
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// The known progress of a request, apart from the error that ended it.
struct SendProgress: Sendable {
    /// How much of the request's body was handed over to be written; nil if it has none.
    var bodyBytesSent: Int64?
    /// Whether a part of a response arrived.
    var hasResponse = false
    /// Whether no connection was up before this request: one that is kept may be used, cut and made again.
    var isFirst = true
    /// Whether URLSession itself says that it began to send: only Apple's says so. Nil where it says nothing.
    var began: Bool?

    /// Whether it was seen that nothing was sent. If it was not seen, it is not assumed, whatever the error is called.
    var isUnsent: Bool {
        guard !hasResponse, (bodyBytesSent ?? 0) == 0 else { return false }
        #if canImport(FoundationNetworking)
        // The body is counted when libcurl asks for it, which is before it writes the first byte of a request that is all its
        // connection is for. A request without a body counts nothing.
        return bodyBytesSent != nil && isFirst
        #else
        return began == false
        #endif
    }

    /// Whether nothing was sent, of an error that only a connection that was never made can have.
    var isUnsentIfUnconnected: Bool {
        isUnsent || (!hasResponse && (bodyBytesSent ?? 0) == 0 && isFirst && began != true)
    }
}

/// Returns the meaning of an error of URLSession.
func failure(of error: any Error, _ progress: SendProgress) -> TransportFailure {
    let error = error as NSError
    let text = error.localizedDescription
    let sent: TransportFailure.Sent = progress.isUnsent ? .no : .unknown
    guard error.domain == NSURLErrorDomain else {
        return TransportFailure(.other, sent: .unknown, text)
    }
    func unconnected() -> TransportFailure {
        TransportFailure(.connect, sent: progress.isUnsentIfUnconnected ? .no : .unknown, text)
    }
    switch URLError.Code(rawValue: error.code) {
    case .timedOut:
        return TransportFailure(.timeout, sent: sent, text)
    case .cancelled:
        return TransportFailure(.aborted, sent: sent, "the request was cancelled")
    case .cannotConnectToHost:
        #if canImport(FoundationNetworking)
        // Here a later failure has this code too, when the first of two addresses refused: libcurl keeps that errno.
        guard says(text, ["failed to connect to", "could not connect to", "couldn't connect to"]) else {
            return ofCurl(text, sent, progress)
        }
        return unconnected()
        #else
        return TransportFailure(.connect, sent: sent, text)
        #endif
    case .cannotFindHost, .dnsLookupFailed:
        return unconnected()
    case .notConnectedToInternet, .internationalRoamingOff, .callIsActive, .dataNotAllowed:
        return TransportFailure(.connect, sent: sent, text)
    case .secureConnectionFailed, .serverCertificateHasBadDate, .serverCertificateUntrusted,
        .serverCertificateHasUnknownRoot, .serverCertificateNotYetValid, .clientCertificateRejected,
        .clientCertificateRequired, .appTransportSecurityRequiresSecureConnection:
        // A fatal alert has these codes too, and may come after the whole request.
        return TransportFailure(.tls, sent: sent, text)
    case .networkConnectionLost:
        return TransportFailure(.closed, sent: sent, text)
    case .cannotParseResponse, .cannotDecodeRawData, .cannotDecodeContentData, .zeroByteResource, .httpTooManyRedirects,
        .redirectToNonExistentLocation:
        return TransportFailure(.protocol, sent: .unknown, text)
    case .dataLengthExceedsMaximum:
        return TransportFailure(.responseTooLarge, sent: .yes, text)
    default:
        return ofCurl(text, sent, progress)
    }
}

/// Returns the meaning of libcurl's own words: on Linux most of its errors have no code of URLSession's. They name the kind only,
/// and do not say whether something was sent.
private func ofCurl(_ text: String, _ sent: TransportFailure.Sent, _ progress: SendProgress) -> TransportFailure {
    // Read or written through TLS: it was up. An alert of the server's ends the connection as a reset does.
    let wasUp = says(text, ["ssl_read", "ssl_write"]) || (progress.bodyBytesSent ?? 0) > 0 || progress.hasResponse
    if !wasUp, says(text, ["certificate", "ssl", "tls", "handshake"]) {
        return TransportFailure(.tls, sent: sent, text)
    }
    if says(text, ofProxies) {
        return TransportFailure(.connect, sent: progress.isUnsentIfUnconnected ? .no : .unknown, text)
    }
    if says(
        text, ["ssl", "tls", "closed", "missing", "empty reply", "recv", "send", "receiving", "reset", "eof", "outstanding read data"])
    {
        return TransportFailure(.closed, sent: sent, text)
    }
    // It cannot write what it was sent: the header or the body is not to be understood.
    if says(text, ["http", "header", "chunk", "content-length", "encoding", "weird", "writing", "larger than"]) {
        return TransportFailure(.protocol, sent: .unknown, text)
    }
    return TransportFailure(.other, sent: sent, text)
}

/// Words of libcurl's messages about a proxy that made no connection to the server.
private let ofProxies = ["connect tunnel", "proxy connect", "resolve proxy", "to proxy", "from proxy"]

/// Whether a request failed at a proxy, before anything of it went out.
func isOfProxy(_ error: any Error, bodyBytesSent: Int64) -> Bool {
    #if canImport(FoundationNetworking)
    bodyBytesSent == 0 && says(error.localizedDescription, ofProxies)
    #else
    false
    #endif
}

private func says(_ text: String, _ words: [String]) -> Bool {
    let text = text.lowercased()
    return words.contains { text.contains($0) }
}
