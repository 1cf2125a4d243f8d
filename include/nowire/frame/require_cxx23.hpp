#pragma once

#if __cplusplus < 202100L
#error "nowire's headers need C++23: compile with -std=c++23 (g++ 12 or later, clang 19 or later)"
#endif
