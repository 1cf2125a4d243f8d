#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What callbacks of ESP-IDF 4.4 saw. */
typedef struct {
    int count;
    int rssi;
    unsigned channel;
    unsigned sig_len;
    int size;
    uint8_t source[6];
    uint8_t around[39];
    uint8_t data[250];
    int sent;
    uint8_t sent_to[6];
    int sent_status;
} v44_received_t;

int v44_register(v44_received_t* to);
int v44_init(void);
int v44_send(const uint8_t* to, const uint8_t* data, size_t size);
unsigned v44_version(void);
int v44_interface(void);

#ifdef __cplusplus
}
#endif
