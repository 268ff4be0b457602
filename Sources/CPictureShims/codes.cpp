#define ZX_USE_UTF8 1

#include "CPictureShims.h"

#include <ReadBarcode.h>
#if __has_include(<ReaderOptions.h>)
#include <ReaderOptions.h>
using Options = ZXing::ReaderOptions;
#else
#include <DecodeHints.h>
using Options = ZXing::DecodeHints;
#endif

#include <string>

int shim_qr_read(
    const uint8_t *pixels, int width, int height, int binarizer, shim_qr_found found, void *context) {
    try {
        Options options;
        // No other kind: the readers of the other ones have more assertions and more history of memory errors.
        options.setFormats(ZXing::BarcodeFormat::QRCode);
        options.setBinarizer(
            binarizer == SHIM_QR_GLOBAL_HISTOGRAM ? ZXing::Binarizer::GlobalHistogram : ZXing::Binarizer::LocalAverage);
        ZXing::ImageView view(pixels, width, height, ZXing::ImageFormat::Lum);
        for (const auto &result : ZXing::ReadBarcodes(view, options)) {
            if (!result.isValid()) continue;
            const auto &bytes = result.bytes();
            int flags = result.isPartOfSequence() ? SHIM_QR_PART : 0;
            int32_t corners[8];
            for (int index = 0; index < 4; index++) {
                corners[2 * index] = result.position()[index].x;
                corners[2 * index + 1] = result.position()[index].y;
            }
            if (result.hasECI()) {
                const std::string text = result.text();
                // What cannot be brought over has the replacement character: the octets themselves say more.
                if (!text.empty() && text.find("\xEF\xBF\xBD") == std::string::npos) {
                    found(
                        context, reinterpret_cast<const uint8_t *>(text.data()), text.size(),
                        flags | SHIM_QR_DECLARED_CHARACTER_SET, corners);
                    continue;
                }
            }
            found(context, bytes.data(), bytes.size(), flags, corners);
        }
        return 0;
    } catch (...) {
        return -1;
    }
}
