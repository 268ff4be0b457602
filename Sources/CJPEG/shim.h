#pragma once

/* libjpeg leaves by longjmp, which Swift must not be crossed by: Sources/CPictureShims calls it. */
