/* A part of the program that was written for ESP-IDF 4.4. */
#include <esp_system.h>
#include <nvs.h>
#include <stdio.h>

#if ESP_IDF_VERSION >= ESP_IDF_VERSION_VAL(5, 0, 0)
#error "this is for 4.4"
#endif

void old_part(void);

void old_part(void) {
    /* 4.4's esp_system.h brings this with it. */
    esp_chip_info_t chip;
    esp_chip_info(&chip);
    printf("old %s model %d revision %u\n", esp_get_idf_version(), (int)chip.model, (unsigned)chip.revision);
    nvs_stats_t stats;
    printf("old stats %d", nvs_get_stats(NULL, &stats));
    printf(" used %zu free %zu total %zu namespaces %zu\n", stats.used_entries, stats.free_entries, stats.total_entries,
           stats.namespace_count);
    for (nvs_iterator_t it = nvs_entry_find("nvs", NULL, NVS_TYPE_ANY); it != NULL; it = nvs_entry_next(it)) {
        nvs_entry_info_t info;
        nvs_entry_info(it, &info);
        printf("old %s/%s 0x%x\n", info.namespace_name, info.key, (unsigned)info.type);
    }
}
