/// Why no picture was read or none drawn.
public struct PictureError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure it is.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The octets are no picture, or one of a format that is not read.
        case unknownFormat
        /// The file or the picture is larger than what is read.
        case tooLarge
        /// The file is cut off or damaged.
        case damaged
        /// The process that decodes ended by itself: the decoder ran into an error of its own.
        case decoderEnded
        /// The time limit passed.
        case timedOut
        /// The task was cancelled.
        case cancelled
        /// The process that decodes could not be started.
        case workerUnavailable
        /// There is no such camera, or none at all.
        case noCamera
        /// The camera is in use, or this user may not use it.
        case cameraUnavailable
        /// The camera failed, or sends nothing that can be read.
        case cameraFailed
        /// The text does not fit into a QR code.
        case tooLong
        /// The drawing could not be made.
        case notDrawn
    }

    /// What kind of failure it is.
    public let kind: Kind
    /// What failed, in one sentence that is safe to print.
    public let message: String
    /// What would mend it.
    public let remedy: String?

    init(_ kind: Kind, _ message: String, remedy: String? = nil) {
        self.kind = kind
        self.message = message
        self.remedy = remedy
    }

    /// The message.
    public var description: String { message }
}
