// zbar's library, where it is installed: loaded when it is asked for, so that the benchmark builds without it.
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef void (*zbar_peer_found)(void *context, const uint8_t *octets, size_t count);

/// Whether the library is there.
int zbar_peer_is_there(void);

/// Looks for QR codes as `zbarimg` does. Returns the number of codes, or -1.
int zbar_peer_read(const uint8_t *pixels, unsigned width, unsigned height, zbar_peer_found found, void *context);
