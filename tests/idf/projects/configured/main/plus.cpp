#include <utility>

extern "C" int plus(int a, int b) {
    static_assert(__cplusplus > 202002L);
    return std::exchange(a, 0) + b;
}
