#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Checksums as the chip's ROM has them: what comes in and what goes out is inverted, so that a sum over several buffers
 * starts with 0 and goes on with the last answer. le: least significant bit first (reflected); be: most significant
 * first. Polynomials: 0x07, 0x1021, 0x04c11db7. `buf` may be NULL where `len` is 0. Thread-safe.
 *
 * Of "123456789", beginning with 0: crc32_le 0xcbf43926, crc16_le 0x906e, crc16_be 0xd64e; crc16_le beginning with
 * 0xffff: 0xde76. */
uint32_t esp_rom_crc32_le(uint32_t crc, uint8_t const* buf, uint32_t len);
uint32_t esp_rom_crc32_be(uint32_t crc, uint8_t const* buf, uint32_t len);
uint16_t esp_rom_crc16_le(uint16_t crc, uint8_t const* buf, uint32_t len);
uint16_t esp_rom_crc16_be(uint16_t crc, uint8_t const* buf, uint32_t len);
uint8_t esp_rom_crc8_le(uint8_t crc, uint8_t const* buf, uint32_t len);
uint8_t esp_rom_crc8_be(uint8_t crc, uint8_t const* buf, uint32_t len);

#ifdef __cplusplus
}
#endif
