#pragma once

/// Calls of malloc, calloc, realloc and aligned allocation in this process so far.
unsigned long allocation_count(void);
/// Octets that these calls asked for.
unsigned long allocation_octets(void);
