// What Swift cannot call by itself: C++ (ZXing), longjmp (libjpeg), macros and variadic functions (Linux).
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <spawn.h>
#include <linux/videodev2.h>

#ifdef __cplusplus
extern "C" {
#endif

// MARK: QR codes in grey pixels (ZXing)

/// The local average of the neighbourhood decides what is dark.
#define SHIM_QR_LOCAL_AVERAGE 0
/// One threshold for the whole picture does.
#define SHIM_QR_GLOBAL_HISTOGRAM 1

/// The code names the character set of its text (an ECI), and the text was brought from it to UTF-8.
#define SHIM_QR_DECLARED_CHARACTER_SET 1
/// The code is one part of several (structured append).
#define SHIM_QR_PART 2

/// Called for each code that is found; the octets and the four corners (x, y each) are gone when it returns.
typedef void (*shim_qr_found)(
    void *context, const uint8_t *octets, size_t count, int flags, const int32_t corners[8]);

/// Looks for QR codes.
///
/// Returns 0, or -1 where the library threw. It may also end the process (assertions): call it in one that may end.
int shim_qr_read(
    const uint8_t *pixels, int width, int height, int binarizer, shim_qr_found found, void *context);

/// Writes a picture of half the width and height, rounded down; each pixel is the mean of four.
void shim_halve(const uint8_t *pixels, size_t width, size_t height, uint8_t *half);

/// Writes every `step`th octet of each row, the grey ones of a camera's pixels.
void shim_pick(
    const uint8_t *memory, size_t row_length, size_t step, size_t width, size_t height, uint8_t *pixels);

// MARK: JPEG (libjpeg)

/// Reads the size from the headers. Returns 0, or -1 where they are broken.
int shim_jpeg_size(const uint8_t *octets, size_t count, uint32_t *width, uint32_t *height);

/// Decodes to grey pixels, at a half, a quarter or an eighth of the size where that is needed for `limit` pixels.
///
/// Damage is read over where it can be, as browsers do. Returns the pixels, which `free` takes, or NULL.
uint8_t *shim_jpeg_grey(const uint8_t *octets, size_t count, size_t limit, uint32_t *width, uint32_t *height);

// MARK: Processes

/// Gives up what decoding does not need, for good: memory and processor time beyond the limits, core dumps, ptrace, new
/// files, new processes, new privileges, and being root.
void shim_confine(uint64_t memory, uint64_t processor_seconds);

/// Closes this descriptor and all above it in the process that is spawned (posix_spawn_file_actions_addclosefrom_np).
int shim_spawn_closing_from(posix_spawn_file_actions_t *actions, int first);

// MARK: Cameras (V4L2)

/// ioctl(2) with a pointer, begun again where a signal interrupted it.
int shim_ioctl(int descriptor, unsigned long request, void *argument);

extern const unsigned long shim_vidioc_querycap;
extern const unsigned long shim_vidioc_enum_fmt;
extern const unsigned long shim_vidioc_enum_framesizes;
extern const unsigned long shim_vidioc_s_fmt;
extern const unsigned long shim_vidioc_g_fmt;
extern const unsigned long shim_vidioc_reqbufs;
extern const unsigned long shim_vidioc_querybuf;
extern const unsigned long shim_vidioc_qbuf;
extern const unsigned long shim_vidioc_dqbuf;
extern const unsigned long shim_vidioc_streamon;
extern const unsigned long shim_vidioc_streamoff;

#ifdef __cplusplus
}
#endif
