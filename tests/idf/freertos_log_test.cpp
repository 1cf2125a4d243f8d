/// What FreeRTOS's functions say of wrong arguments goes the way of all messages.

#include "esp_log.h"
#include "freertos/FreeRTOS.h"
#include "freertos/queue.h"
#include "freertos/task.h"
#include "idf/chip_process.hpp"
#include "idf/freertos_tasks.hpp"

#include <gmock/gmock.h>

#include <array>
#include <cstdarg>
#include <cstdio>
#include <string>
#include <string_view>

namespace nowire::test {

namespace {

using FreeRtosLog = Chip;
using testing::IsEmpty;

int take_note(const char* format, va_list arguments) {
    std::array<char, 200> line{};
    const int size = std::vsnprintf(line.data(), line.size(), format, arguments);
    // What a test has noted is one line.
    note(std::string(line.data(), std::string_view(line.data()).find('\n')));
    return size;
}

/// It does itself what it is told of.
int complains_too(const char* format, va_list arguments) {
    vTaskResume(nullptr);
    return take_note(format, arguments);
}

int wait_for_ever(const char*, va_list) {
    vTaskDelay(portMAX_DELAY);
    return 0;
}

}  // namespace

TEST_F(FreeRtosLog, ComplaintsGoToTheWriterOfMessages) {
    EXPECT_EQ(run([] {
                  esp_log_set_vprintf(take_note);
                  vTaskResume(nullptr);
              }),
              "E (0) FreeRTOS: vTaskResume: the task is NULL");
    EXPECT_THAT(output(), IsEmpty());
}

TEST_F(FreeRtosLog, ComplaintsHaveALevel) {
    run([] {
        esp_log_level_set("FreeRTOS", ESP_LOG_NONE);
        vTaskResume(nullptr);
        esp_log_level_set("FreeRTOS", ESP_LOG_ERROR);
        xQueueReset(nullptr);
    });
    EXPECT_EQ(output(), "E (0) FreeRTOS: xQueueReset: the queue or semaphore is NULL\n");
}

TEST_F(FreeRtosLog, AWriterThatIsAtFaultItselfDoesNotSpeakForEver) {
    EXPECT_EQ(run([] {
                  esp_log_set_vprintf(complains_too);
                  xQueueReset(nullptr);
              }),
              "E (0) FreeRTOS: xQueueReset: the queue or semaphore is NULL");
    EXPECT_EQ(output(), "E (0) FreeRTOS: vTaskResume: the task is NULL\n") << "past the writer";
}

TEST_F(FreeRtosLog, ATaskWhoseComplaintIsBeingWrittenCanBeDeleted) {
    EXPECT_EQ(run([] {
                  esp_log_set_vprintf(wait_for_ever);
                  const auto faulty = spawn("faulty", 5, [] { vTaskResume(nullptr); });
                  vTaskDelete(faulty);
                  note("deleted");
              }),
              "deleted");
}

}  // namespace nowire::test
