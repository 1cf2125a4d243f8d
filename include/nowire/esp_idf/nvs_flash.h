#pragma once

#include "nvs.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The default partition is the file that NOWIRE_IDF_NVS names, else nvs/<name> in nowire's state folder
 * ($XDG_STATE_HOME/nowire, else ~/.local/state/nowire, or $NOWIRE_STATE_DIR), <name> being the `name` of the radio's
 * URL in NOWIRE_RADIO, or NOWIRE_NAME, or else the program's, with .2, .3 behind it for the second and third process of
 * it that runs at the same time. Any other partition of 1 to 15 letters, digits, - and _ is <file>.<label>: no
 * partition table is read. Files have mode 0600, folders 0700. One process at a time uses a file.
 *
 * Thread-safe. Errors of all: ESP_ERR_INVALID_ARG: NULL; ESP_ERR_NOT_FOUND: not a label as above; ESP_FAIL: the file
 * cannot be read, written or locked, another process uses it, or it was deleted; stderr says what. */

/* Reads the partition. ESP_OK where that was done before. ESP_ERR_NVS_NO_FREE_PAGES: the file is damaged;
 * ESP_ERR_NVS_NEW_VERSION_FOUND: a later nowire wrote it. After both programs usually erase it. */
esp_err_t nvs_flash_init(void);
esp_err_t nvs_flash_init_partition(const char* partition_label);
/* Closes the partition and its handles; what was not committed is lost. ESP_ERR_NVS_NOT_INITIALIZED. */
esp_err_t nvs_flash_deinit(void);
esp_err_t nvs_flash_deinit_partition(const char* partition_label);
/* Closes it and removes its file; it is to be initialised anew. */
esp_err_t nvs_flash_erase(void);
esp_err_t nvs_flash_erase_partition(const char* part_name);

/* Encrypted partitions are refused: the file belongs to its user alone. */
typedef struct {
    uint8_t eky[32];
    uint8_t tky[32];
} nvs_sec_cfg_t;
esp_err_t nvs_flash_secure_init(nvs_sec_cfg_t* cfg) __attribute__((error("nowire has no encrypted NVS partitions")));
esp_err_t nvs_flash_secure_init_partition(const char* partition_label, nvs_sec_cfg_t* cfg)
    __attribute__((error("nowire has no encrypted NVS partitions")));

#ifdef __cplusplus
}
#endif
