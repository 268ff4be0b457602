#include "CPictureShims.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <jpeglib.h>

/// A progressive file may send each coefficient's bits one by one, and each scan costs as much as the whole picture.
static const int scan_limit = 100;

struct failure {
    struct jpeg_error_mgr base;
    jmp_buf place;
};

static void leave(j_common_ptr info) {
    longjmp(((struct failure *)info->err)->place, 1);
}

static void say_nothing(j_common_ptr info) {
    (void)info;
}

static void count_scans(j_common_ptr info) {
    if (((j_decompress_ptr)info)->input_scan_number > scan_limit) leave(info);
}

static void prepare(struct jpeg_decompress_struct *info, struct failure *failure) {
    info->err = jpeg_std_error(&failure->base);
    failure->base.error_exit = leave;
    failure->base.output_message = say_nothing;
}

int shim_jpeg_size(const uint8_t *octets, size_t count, uint32_t *width, uint32_t *height) {
    struct jpeg_decompress_struct info;
    struct failure failure;
    prepare(&info, &failure);
    if (setjmp(failure.place)) {
        jpeg_destroy_decompress(&info);
        return -1;
    }
    jpeg_create_decompress(&info);
    jpeg_mem_src(&info, octets, count);
    jpeg_read_header(&info, TRUE);
    *width = info.image_width;
    *height = info.image_height;
    jpeg_destroy_decompress(&info);
    return 0;
}

/// Four inks, as printers have them, to grey; Adobe's files have them inverted, which is what `inverted` says.
static void grey_of_inks(const uint8_t *row, uint8_t *grey, uint32_t width, int inverted) {
    for (uint32_t x = 0; x < width; x++, row += 4) {
        unsigned c = row[0], m = row[1], y = row[2], k = row[3];
        if (!inverted) c = 255 - c, m = 255 - m, y = 255 - y, k = 255 - k;
        grey[x] = (uint8_t)((306 * c + 601 * m + 117 * y) / 1024 * k / 255);
    }
}

uint8_t *shim_jpeg_grey(const uint8_t *octets, size_t count, size_t limit, uint32_t *width, uint32_t *height) {
    struct jpeg_decompress_struct info;
    struct jpeg_progress_mgr progress = {.progress_monitor = count_scans};
    struct failure failure;
    // Changed after setjmp and read after longjmp.
    uint8_t *volatile pixels = NULL;
    uint8_t *volatile inks = NULL;
    volatile int rows = 0;
    prepare(&info, &failure);
    if (setjmp(failure.place)) {
        jpeg_destroy_decompress(&info);
        free(inks);
        // What came before the damage may hold the code.
        if (rows > 0) return pixels;
        free(pixels);
        return NULL;
    }
    jpeg_create_decompress(&info);
    info.progress = &progress;
    jpeg_mem_src(&info, octets, count);
    jpeg_read_header(&info, TRUE);
    int has_inks = info.num_components == 4;
    info.out_color_space = has_inks ? JCS_CMYK : JCS_GRAYSCALE;
    info.scale_num = 1;
    info.scale_denom = 1;
    while (info.scale_denom < 8
           && (size_t)info.image_width * info.image_height / info.scale_denom / info.scale_denom > limit) {
        info.scale_denom *= 2;
    }
    jpeg_start_decompress(&info);
    *width = info.output_width;
    *height = info.output_height;
    pixels = calloc(info.output_height, info.output_width);
    if (has_inks) inks = malloc((size_t)info.output_width * 4);
    if (!pixels || (has_inks && !inks)) leave((j_common_ptr)&info);
    while (info.output_scanline < info.output_height) {
        uint8_t *grey = pixels + (size_t)info.output_scanline * info.output_width;
        JSAMPROW row = has_inks ? inks : grey;
        if (jpeg_read_scanlines(&info, &row, 1) != 1) break;
        if (has_inks) grey_of_inks(inks, grey, info.output_width, info.saw_Adobe_marker);
        rows = rows + 1;
    }
    jpeg_destroy_decompress(&info);
    free(inks);
    return pixels;
}
