#include "idf/err_names.hpp"

#include <esp_err.h>
#include <esp_rom_sys.h>

#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

/// In the lines and words of the chip, so that who reads its logs, or a program that does, finds the same here.
void print_failed_check(const char* macro, esp_err_t code, const char* file, int line, const char* function,
                        const char* expression, const void* caller) {
    esp_rom_printf("%s failed: esp_err_t 0x%x (%s) at 0x%08" PRIxPTR
                   "\nfile: \"%s\" line %d\nfunc: %s\nexpression: %s\n",
                   macro, static_cast<unsigned>(code), esp_err_to_name(code), reinterpret_cast<std::uintptr_t>(caller),
                   file, line, function, expression);
}

}  // namespace

extern "C" {

const char* esp_err_to_name(esp_err_t code) {
    const char* name = nowire::idf::error_name(code);
    return name != nullptr ? name : "ERROR";
}

const char* esp_err_to_name_r(esp_err_t code, char* buf, std::size_t buflen) {
    const char* text = nowire::idf::error_name(code);
    if (text == nullptr) text = ::strerrordesc_np(code);
    if (text != nullptr)
        std::snprintf(buf, buflen, "%s", text);
    else
        std::snprintf(buf, buflen, "ERROR 0x%x(%d)", static_cast<unsigned>(code), code);
    return buf;
}

void _esp_error_check_failed(esp_err_t rc, const char* file, int line, const char* function, const char* expression) {
    print_failed_check("ESP_ERROR_CHECK", rc, file, line, function, expression, __builtin_return_address(0));
    std::abort();
}

void _esp_error_check_failed_without_abort(esp_err_t rc, const char* file, int line, const char* function,
                                           const char* expression) {
    print_failed_check("ESP_ERROR_CHECK_WITHOUT_ABORT", rc, file, line, function, expression,
                       __builtin_return_address(0));
}
}
