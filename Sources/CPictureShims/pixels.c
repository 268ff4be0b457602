#include "CPictureShims.h"

void shim_halve(const uint8_t *pixels, size_t width, size_t height, uint8_t *half) {
    for (size_t y = 0; y < height / 2; y++) {
        const uint8_t *row = pixels + 2 * y * width;
        for (size_t x = 0; x < width / 2; x++, row += 2) {
            *half++ = (uint8_t)((row[0] + row[1] + row[width] + row[width + 1] + 2) / 4);
        }
    }
}

void shim_pick(
    const uint8_t *memory, size_t row_length, size_t step, size_t width, size_t height, uint8_t *pixels) {
    for (size_t y = 0; y < height; y++) {
        const uint8_t *row = memory + y * row_length;
        for (size_t x = 0; x < width; x++) *pixels++ = row[x * step];
    }
}
