#include "CZBarPeer.h"

#include <dlfcn.h>

// The part of zbar.h (0.23) that is used: symbols, and numbers of its enumerations.
enum { QR_CODE = 64, ENABLE = 0, EVERY_KIND = 0 };

static struct {
    void *(*scanner_create)(void);
    int (*scanner_set)(void *, int, int, int);
    int (*scan)(void *, void *);
    void (*scanner_destroy)(void *);
    void *(*image_create)(void);
    void (*image_format)(void *, unsigned long);
    void (*image_size)(void *, unsigned, unsigned);
    void (*image_data)(void *, const void *, unsigned long, void *);
    const void *(*image_first)(const void *);
    void (*image_destroy)(void *);
    const void *(*symbol_next)(const void *);
    const char *(*symbol_data)(const void *);
    unsigned (*symbol_length)(const void *);
} zbar;

int zbar_peer_is_there(void) {
    if (zbar.scan) return 1;
    void *library = dlopen("libzbar.so.0", RTLD_NOW);
    if (!library) return 0;
#define LOAD(member, name) if (!(*(void **)&zbar.member = dlsym(library, "zbar_" name))) return 0
    LOAD(scanner_create, "image_scanner_create");
    LOAD(scanner_set, "image_scanner_set_config");
    LOAD(scanner_destroy, "image_scanner_destroy");
    LOAD(image_create, "image_create");
    LOAD(image_format, "image_set_format");
    LOAD(image_size, "image_set_size");
    LOAD(image_data, "image_set_data");
    LOAD(image_first, "image_first_symbol");
    LOAD(image_destroy, "image_destroy");
    LOAD(symbol_next, "symbol_next");
    LOAD(symbol_data, "symbol_get_data");
    LOAD(symbol_length, "symbol_get_data_length");
    LOAD(scan, "scan_image");
    return 1;
}

int zbar_peer_read(const uint8_t *pixels, unsigned width, unsigned height, zbar_peer_found found, void *context) {
    if (!zbar_peer_is_there()) return -1;
    void *scanner = zbar.scanner_create();
    zbar.scanner_set(scanner, EVERY_KIND, ENABLE, 0);
    zbar.scanner_set(scanner, QR_CODE, ENABLE, 1);
    void *image = zbar.image_create();
    zbar.image_format(image, 0x30303859);
    zbar.image_size(image, width, height);
    zbar.image_data(image, pixels, (unsigned long)width * height, NULL);
    int count = zbar.scan(scanner, image);
    for (const void *symbol = zbar.image_first(image); symbol; symbol = zbar.symbol_next(symbol)) {
        found(context, (const uint8_t *)zbar.symbol_data(symbol), zbar.symbol_length(symbol));
    }
    zbar.image_destroy(image);
    zbar.scanner_destroy(scanner);
    return count;
}
