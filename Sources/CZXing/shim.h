#pragma once

/* ZXing's headers are C++: Sources/CPictureShims includes them. This module only carries the flags of pkg-config. */
