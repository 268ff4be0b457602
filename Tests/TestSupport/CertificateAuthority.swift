public import Foundation

/// The certificates of the lab's enterprise networks, made by the real openssl when they are first asked for.
///
/// One authority vouches for the server and for one client, another one for nobody. Keys are of elliptic curves but for one
/// that FAST needs, because an emulated processor takes seconds for others.
public actor CertificateAuthority {
    /// The lab's only one.
    public static let shared = CertificateAuthority()

    /// Where everything is; every user may read it.
    public nonisolated let directory = URL(fileURLWithPath: "/run/lab/pki")

    /// The name that the server's certificate has.
    public static let serverName = "radius.lab.example"

    /// The name that the client's certificate has.
    public static let clientName = "device-7"

    /// What the client's encrypted key and its bundle are encrypted with.
    public static let keyPassword = "open sesame"

    private var making: Task<Void, any Error>?

    private init() {}

    /// Makes the certificates where there are none yet.
    ///
    /// - Throws: ``LabError`` with openssl's words.
    public func prepare() async throws {
        if making == nil {
            making = Task { [directory] in
                try await RadioLab.script(
                    Self.script,
                    [directory.path, Self.serverName, Self.clientName, Self.keyPassword]
                )
            }
        }
        try await making?.value
    }

    /// The path of one of the files.
    ///
    /// - Parameter name: `ca.pem`, `other-ca.pem`, `server.pem`, `server.key`, `expired.pem`, `server-rsa.pem`, `client.pem`, `client.key`,
    ///   `client-encrypted.key`, `client.p12` or `foreign.pem` and `foreign.key`, a client of the other authority.
    /// - Returns: The absolute path.
    public nonisolated func path(_ name: String) -> String { directory.appendingPathComponent(name).path }

    private static let script = #"""
        set -e
        umask 022
        mkdir -p "$1"
        cd "$1"
        curve=(-newkey ec -pkeyopt ec_paramgen_curve:P-256)
        authority() {
            openssl req -x509 "${curve[@]}" -nodes -days 3650 -keyout "$1.key" -out "$1.pem" -subj "/O=Lab/CN=$2"
        }
        # member AUTHORITY FILE NAME USAGE [DAYS]
        member() {
            openssl req "${curve[@]}" -nodes -keyout "$2.key" -out "$2.csr" -subj "/O=Lab/CN=$3"
            printf 'subjectAltName=DNS:%s\nextendedKeyUsage=%s\n' "$3" "$4" >"$2.ext"
            openssl x509 -req -in "$2.csr" -CA "$1.pem" -CAkey "$1.key" -CAcreateserial -days "${5-3650}" \
                -extfile "$2.ext" -out "$2.pem"
            # Whoever joins as an ordinary user must be able to read them.
            chmod 644 "$2.key"
        }
        authority ca 'Lab Authority'
        authority other-ca 'Another Authority'
        member ca server "$2" serverAuth
        member ca expired "$2" serverAuth -1
        curve=(-newkey rsa:2048)
        member ca server-rsa "$2" serverAuth
        curve=(-newkey ec -pkeyopt ec_paramgen_curve:P-256)
        member ca client "$3" clientAuth
        member other-ca foreign "$3" clientAuth
        openssl pkcs8 -topk8 -in client.key -out client-encrypted.key -passout "pass:$4"
        openssl pkcs12 -export -in client.pem -inkey client.key -out client.p12 -passout "pass:$4"
        chmod 644 client-encrypted.key client.p12
        """#
}
