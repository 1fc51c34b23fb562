import Foundation
import Testing

@testable import Senders

#if canImport(Glibc)
import Glibc

/// A TLS server on loopback with the OpenSSL of FoundationNetworking's libcurl, and its own certificate.
///
/// It treats each request as `ending` says. Its certificate can be trusted only in the private root of `cargo xtask`,
/// where there is no list of authorities: it is written there. See ``isTrusted``.
final class TLSServer: Sendable {
    enum Ending: Sendable {
        /// The whole request is read, then a fatal alert follows: `bad_record_mac`.
        case alert
        /// The alert is `certificate_required`: in TLS 1.3 it comes when the client has sent its request already.
        case alertForCertificate
        /// The whole request is read, then the connection ends, with a reset or without a word.
        case reset, fin
        /// The alert comes in the first handshake.
        case alertInHandshake
        /// The connection ends in the first handshake.
        case closeInHandshake
        /// The handshake gets no response.
        case silentInHandshake
    }

    struct State {
        var connections = 0
        var requests: [String] = []
    }

    let port: UInt16
    let state = Locked(State())
    private let listener: Int32

    var baseURL: String { "https://127.0.0.1:\(port)" }
    var posts: Int { state.with { $0.requests.filter { $0.hasPrefix("POST") }.count } }

    /// Whether its certificate can be trusted here. Where it cannot, the tests that need it are skipped.
    static var isTrusted: Bool { Identity.trusted != nil }

    static func start(_ ending: Ending) throws -> TLSServer {
        try TLSServer(ending, #require(Identity.trusted))
    }

    private init(_ ending: Ending, _ identity: Identity) throws {
        let (listener, port) = try listening()
        self.listener = listener
        self.port = port
        let state = state
        Thread.detachNewThread {
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                state.with { $0.connections += 1 }
                Thread.detachNewThread { serve(connection, ending, identity, state) }
            }
            close(listener)
        }
    }

    // The accepting thread closes it, see `RawServer`.
    deinit { shutdown(listener, Int32(SHUT_RDWR)) }
}

private func serve(_ connection: Int32, _ ending: TLSServer.Ending, _ identity: Identity, _ state: Locked<TLSServer.State>) {
    defer { close(connection) }
    var buffer = [UInt8](repeating: 0, count: 65536)
    if ending == .closeInHandshake || ending == .silentInHandshake {
        _ = recv(connection, &buffer, buffer.count, 0)
        if ending == .silentInHandshake { while recv(connection, &buffer, buffer.count, 0) > 0 {} }
        return
    }
    guard let tls = identity.connection(on: connection, ending) else { return }
    defer { OpenSSL.freeConnection(tls) }
    guard OpenSSL.accept(tls) == 1 else {
        // To close with something unread is a reset, which would overtake the alert.
        shutdown(connection, Int32(SHUT_WR))
        while recv(connection, &buffer, buffer.count, 0) > 0 {}
        return
    }
    var text = ""
    while !isWhole(text) {
        let count = OpenSSL.read(tls, &buffer, Int32(buffer.count))
        guard count > 0 else { return }
        text += String(decoding: buffer[..<Int(count)], as: UTF8.self)
    }
    state.with { $0.requests.append(text) }
    switch ending {
    case .alert:
        // It goes on reading elsewhere, where there is a record that is not encrypted.
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return }
        defer { ends.forEach { close($0) } }
        let record: [UInt8] = [23, 3, 3, 0, 64] + [UInt8](repeating: 7, count: 64)
        _ = write(ends[1], record, record.count)
        _ = OpenSSL.setInput(tls, ends[0])
        _ = OpenSSL.read(tls, &buffer, Int32(buffer.count))
    case .reset:
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(connection, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
    default: break
    }
}

private func isWhole(_ text: String) -> Bool {
    guard let end = text.range(of: "\r\n\r\n") else { return false }
    let length = text.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
    let size = length.flatMap { Int($0.dropFirst("content-length:".count).trimmingCharacters(in: .whitespaces)) } ?? 0
    return text[end.upperBound...].utf8.count >= size
}

/// A key, and a certificate for 127.0.0.1 that it signed.
struct Identity: @unchecked Sendable {
    /// The only one, where its certificate can be trusted.
    static let trusted: Identity? = {
        // The stamp of the private root; see tests/xtask/src/swift/setup.sh.
        guard FileManager.default.fileExists(atPath: "/.made-from"), let identity = Identity() else { return nil }
        let folder = "/etc/ssl/certs"
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        guard let file = OpenSSL.newFile("\(folder)/ca-certificates.crt", "w") else { return nil }
        defer { OpenSSL.freeFile(file) }
        return OpenSSL.writeCertificate(file, identity.certificate) == 1 ? identity : nil
    }()

    private let key: OpaquePointer
    private let certificate: OpaquePointer

    private init?() {
        let ed25519: Int32 = 1087
        guard OpenSSL.isThere, let context = OpenSSL.newKeyContext(ed25519, nil) else { return nil }
        var made: OpaquePointer?
        guard OpenSSL.initKey(context) == 1, OpenSSL.makeKey(context, &made) == 1, let key = made,
            let certificate = OpenSSL.newCertificate()
        else { return nil }
        _ = OpenSSL.setVersion(certificate, 2)
        _ = OpenSSL.setSerial(OpenSSL.serial(certificate), 1)
        _ = OpenSSL.setTime(OpenSSL.notBefore(certificate), -3600)
        _ = OpenSSL.setTime(OpenSSL.notAfter(certificate), 86400)
        let name = OpenSSL.subject(certificate)
        _ = OpenSSL.addEntry(name, "CN", 0x1001, "127.0.0.1", -1, -1, 0)
        _ = OpenSSL.setIssuer(certificate, name)
        _ = OpenSSL.setKey(certificate, key)
        for (number, value) in [(Int32(85), "IP:127.0.0.1"), (87, "critical,CA:TRUE")] {
            guard let item = OpenSSL.newExtension(nil, nil, number, value) else { return nil }
            _ = OpenSSL.addExtension(certificate, item, -1)
        }
        guard OpenSSL.sign(certificate, key, nil) > 0 else { return nil }
        (self.key, self.certificate) = (key, certificate)
    }

    func connection(on socket: Int32, _ ending: TLSServer.Ending) -> OpaquePointer? {
        guard let context = OpenSSL.newContext(OpenSSL.method()) else { return nil }
        let (setMinimum, setMaximum, tls12, tls13) = (Int32(123), Int32(124), 0x303, 0x304)
        if ending == .alertForCertificate {
            _ = OpenSSL.controlContext(context, setMinimum, tls13, nil)
            let verifyPeerAndFailWithoutOne: Int32 = 3
            OpenSSL.setVerify(context, verifyPeerAndFailWithoutOne, nil)
        } else {
            _ = OpenSSL.controlContext(context, setMaximum, tls12, nil)
        }
        guard OpenSSL.useCertificate(context, certificate) == 1, OpenSSL.useKey(context, key) == 1,
            let tls = OpenSSL.newConnection(context)
        else { return nil }
        if ending == .alertInHandshake { _ = OpenSSL.setCiphers(tls, "AES128-SHA") }
        _ = OpenSSL.setSocket(tls, socket)
        return tls
    }
}

/// The functions of libssl and libcrypto that the server calls.
private enum OpenSSL {
    private nonisolated(unsafe) static let ssl = dlopen("libssl.so.3", RTLD_NOW)
    private nonisolated(unsafe) static let crypto = dlopen("libcrypto.so.3", RTLD_NOW)
    static var isThere: Bool { ssl != nil && crypto != nil }

    private static func load<F>(_ name: String) -> F {
        guard let symbol = dlsym(ssl, name) ?? dlsym(crypto, name) else { fatalError("OpenSSL has no \(name)") }
        return unsafeBitCast(symbol, to: F.self)
    }

    typealias P = OpaquePointer
    static let method: @convention(c) () -> P? = load("TLS_server_method")
    static let newContext: @convention(c) (P?) -> P? = load("SSL_CTX_new")
    static let controlContext: @convention(c) (P?, Int32, Int, UnsafeMutableRawPointer?) -> Int = load("SSL_CTX_ctrl")
    static let useCertificate: @convention(c) (P?, P?) -> Int32 = load("SSL_CTX_use_certificate")
    static let useKey: @convention(c) (P?, P?) -> Int32 = load("SSL_CTX_use_PrivateKey")
    static let newConnection: @convention(c) (P?) -> P? = load("SSL_new")
    static let freeConnection: @convention(c) (P?) -> Void = load("SSL_free")
    static let setSocket: @convention(c) (P?, Int32) -> Int32 = load("SSL_set_fd")
    static let setCiphers: @convention(c) (P?, UnsafePointer<CChar>) -> Int32 = load("SSL_set_cipher_list")
    static let accept: @convention(c) (P?) -> Int32 = load("SSL_accept")
    static let read: @convention(c) (P?, UnsafeMutableRawPointer, Int32) -> Int32 = load("SSL_read")
    static let setInput: @convention(c) (P?, Int32) -> Int32 = load("SSL_set_rfd")
    static let setVerify: @convention(c) (P?, Int32, P?) -> Void = load("SSL_CTX_set_verify")
    static let newKeyContext: @convention(c) (Int32, P?) -> P? = load("EVP_PKEY_CTX_new_id")
    static let initKey: @convention(c) (P?) -> Int32 = load("EVP_PKEY_keygen_init")
    static let makeKey: @convention(c) (P?, UnsafeMutablePointer<P?>) -> Int32 = load("EVP_PKEY_keygen")
    static let newCertificate: @convention(c) () -> P? = load("X509_new")
    static let setVersion: @convention(c) (P?, Int) -> Int32 = load("X509_set_version")
    static let serial: @convention(c) (P?) -> P? = load("X509_get_serialNumber")
    static let setSerial: @convention(c) (P?, Int) -> Int32 = load("ASN1_INTEGER_set")
    static let notBefore: @convention(c) (P?) -> P? = load("X509_getm_notBefore")
    static let notAfter: @convention(c) (P?) -> P? = load("X509_getm_notAfter")
    static let setTime: @convention(c) (P?, Int) -> P? = load("X509_gmtime_adj")
    static let subject: @convention(c) (P?) -> P? = load("X509_get_subject_name")
    static let addEntry: @convention(c) (P?, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, Int32, Int32, Int32) -> Int32 =
        load("X509_NAME_add_entry_by_txt")
    static let setIssuer: @convention(c) (P?, P?) -> Int32 = load("X509_set_issuer_name")
    static let setKey: @convention(c) (P?, P?) -> Int32 = load("X509_set_pubkey")
    static let newExtension: @convention(c) (P?, P?, Int32, UnsafePointer<CChar>) -> P? = load("X509V3_EXT_conf_nid")
    static let addExtension: @convention(c) (P?, P?, Int32) -> Int32 = load("X509_add_ext")
    static let sign: @convention(c) (P?, P?, P?) -> Int32 = load("X509_sign")
    static let newFile: @convention(c) (UnsafePointer<CChar>, UnsafePointer<CChar>) -> P? = load("BIO_new_file")
    static let freeFile: @convention(c) (P?) -> Void = load("BIO_free_all")
    static let writeCertificate: @convention(c) (P?, P?) -> Int32 = load("PEM_write_bio_X509")
}
#endif
