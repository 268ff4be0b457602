internal import Logging

extension HotspotConfigurationManager {
    /// Notes an error that the caller's interface has no place for.
    ///
    /// - Parameter error: the error.
    package func note(unheard error: any Error) {
        let text = (error as? HotspotConfigurationError)?.detailedDescription() ?? "\(error)"
        logger.warning("an error that nobody is told", metadata: ["error": "\(text)"])
    }
}
