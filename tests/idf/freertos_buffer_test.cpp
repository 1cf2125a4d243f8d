/// Stream buffers, message buffers and ESP-IDF's ring buffers.

#include "freertos/FreeRTOS.h"
#include "freertos/message_buffer.h"
#include "freertos/ringbuf.h"
#include "freertos/stream_buffer.h"
#include "freertos/task.h"
#include "idf/chip_process.hpp"
#include "idf/freertos_tasks.hpp"

#include <gmock/gmock.h>

#include <array>
#include <cstring>

namespace nowire::test {

namespace {

using FreeRtosBuffer = Chip;
using testing::HasSubstr;

std::string received(StreamBufferHandle_t buffer, TickType_t ticks = 0, std::size_t room = 64) {
    std::array<char, 64> data{};
    return {data.data(), xStreamBufferReceive(buffer, data.data(), room, ticks)};
}

std::size_t send(StreamBufferHandle_t buffer, const std::string& text, TickType_t ticks = 0) {
    return xStreamBufferSend(buffer, text.data(), text.size(), ticks);
}

BaseType_t send(RingbufHandle_t ring, const std::string& text, TickType_t ticks = 0) {
    return xRingbufferSend(ring, text.data(), text.size(), ticks);
}

/// Receives and returns an item.
std::string take(RingbufHandle_t ring, TickType_t ticks = 0) {
    std::size_t length = 0;
    auto* const item = static_cast<char*>(xRingbufferReceive(ring, &length, ticks));
    if (item == nullptr) return "none";
    std::string text(item, length);
    vRingbufferReturnItem(ring, item);
    return text;
}

}  // namespace

TEST_F(FreeRtosBuffer, AStreamGivesBytesFromItsTriggerLevelOn) {
    EXPECT_EQ(run([] {
                  static const auto stream = xStreamBufferCreate(10, 4);
                  spawn("reader", 5, [] {
                      for (int i = 0; i < 4; ++i)
                          mark(received(stream, 20));
                  });
                  vTaskDelay(5);
                  send(stream, "abc");
                  mark("not yet");
                  send(stream, "defg");
                  vTaskDelay(1);
                  send(stream, "xy");
                  vTaskDelay(30);
                  mark("end");
              }),
              "not yet@5 abcdefg@5 xy@25 end@36 @45 @65");
}

TEST_F(FreeRtosBuffer, AStreamTakesWhatFitsWhenTheTimeIsOver) {
    EXPECT_EQ(run([] {
                  static const auto stream = xStreamBufferCreate(6, 1);
                  note(std::to_string(send(stream, "12345678")));
                  note(xStreamBufferIsFull(stream) ? "full" : "?");
                  spawn("reader", 5, [] {
                      vTaskDelay(10);
                      note(received(stream, 0, 2));
                      vTaskDelay(10);
                      note(received(stream, 0, 2));
                  });
                  mark(std::to_string(send(stream, "abc", 15)));
                  note(std::to_string(xStreamBufferSpacesAvailable(stream)) +
                       std::to_string(xStreamBufferBytesAvailable(stream)));
                  mark(std::to_string(send(stream, "AB", 15)));
                  note(received(stream));
                  note(xStreamBufferIsEmpty(stream) && xStreamBufferReset(stream) == pdPASS &&
                               xStreamBufferSetTriggerLevel(stream, 7) == pdFALSE
                           ? "empty"
                           : "?");
              }),
              "6 full 12 2@15 06 34 2@20 56abAB empty");
}

TEST_F(FreeRtosBuffer, MessagesStayWhole) {
    EXPECT_EQ(run([] {
                  static const auto messages = xMessageBufferCreate(20);
                  for (const auto* text : {"one", "three", "five"})
                      note(std::to_string(send(messages, text)));
                  note(std::to_string(xMessageBufferSpacesAvailable(messages)) +
                       std::to_string(xMessageBufferIsFull(messages)));
                  note(std::to_string(xMessageBufferNextLengthBytes(messages)));
                  note(received(messages, 0, 2).empty() ? "too long" : "?");
                  for (int i = 0; i < 3; ++i)
                      note(received(messages));
                  note(std::to_string(send(messages, "a message of 17 b", portMAX_DELAY)));
                  spawn("reader", 5, [] { mark(received(messages, portMAX_DELAY)); });
                  vTaskDelay(3);
                  mark(std::to_string(send(messages, "16 bytes is most")));
                  note(std::to_string(send(messages, "")));
                  note(xMessageBufferIsEmpty(messages) ? "?" : "an empty one");
              }),
              "3 5 0 41 3 too long one three  0 16 bytes is most@3 16@3 0 an empty one");
}

TEST_F(FreeRtosBuffer, StreamsThatWereDeletedAnswerWithNothing) {
    EXPECT_EQ(run([] {
                  static const auto stream = xStreamBufferCreate(6, 1);
                  spawn("reader", 5, [] { mark(received(stream, portMAX_DELAY)); });
                  vTaskDelay(1);
                  note(xStreamBufferReset(stream) == pdFAIL ? "somebody waits" : "?");
                  vStreamBufferDelete(stream);
                  note(std::to_string(send(stream, "a", 5)) + received(nullptr, 5));
                  note(xStreamBufferCreate(0, 0) == nullptr && xStreamBufferCreate(4, 5) == nullptr &&
                               xMessageBufferCreate(4) == nullptr &&
                               xStreamBufferCreateStatic(4, 1, nullptr, nullptr) == nullptr
                           ? "NULL"
                           : "?");
              }),
              "somebody waits @1 0 NULL");
    EXPECT_THAT(output(), HasSubstr("xStreamBufferSend: the stream or message buffer has been deleted"));
}

TEST_F(FreeRtosBuffer, AnInterruptStreamsToo) {
    EXPECT_EQ(run([] {
                  static const auto stream = xStreamBufferCreate(6, 2);
                  spawn("reader", 5, [] { note(received(stream, portMAX_DELAY)); });
                  BaseType_t woken = pdFALSE;
                  xStreamBufferSendFromISR(stream, "a", 1, &woken);
                  note(woken == pdFALSE ? "not yet" : "?");
                  xStreamBufferSendFromISR(stream, "b", 1, &woken);
                  note(woken == pdTRUE ? "woken" : "?");
                  char got = 0;
                  note(xStreamBufferReceiveFromISR(stream, &got, 1, &woken) == 0 ? "empty" : "?");
              }),
              "not yet ab woken empty");
}

TEST_F(FreeRtosBuffer, RingsOfItemsKeepThemWhole) {
    EXPECT_EQ(run([] {
                  static const auto ring = xRingbufferCreate(64, RINGBUF_TYPE_NOSPLIT);
                  note(std::to_string(xRingbufferGetMaxItemSize(ring)));
                  note(send(ring, std::string(25, 'x'), portMAX_DELAY) == pdFALSE ? "too long" : "?");
                  for (const auto* text : {"first", "second", "third"})
                      send(ring, text);
                  note(std::to_string(xRingbufferGetCurFreeSize(ring)));
                  mark(send(ring, "0123456789", 5) == pdFALSE ? "full" : "?");
                  spawn("reader", 5, [] {
                      vTaskDelay(5);
                      mark(take(ring));
                      mark(take(ring));
                  });
                  mark(send(ring, "0123456789", portMAX_DELAY) == pdTRUE ? "sent" : "?");
                  for (int i = 0; i < 3; ++i)
                      note(take(ring));
              }),
              "24 too long 8 full@5 first@10 second@10 sent@10 third 0123456789 none");
}

TEST_F(FreeRtosBuffer, ItemsComeBackInAnyOrderAndFreeTheirRoomInTheirs) {
    EXPECT_EQ(run([] {
                  const auto ring = xRingbufferCreateNoSplit(4, 3);
                  for (const auto* text : {"aaaa", "bbbb", "cccc"})
                      note(send(ring, text) ? text : "?");
                  std::size_t length = 0;
                  auto* const first = xRingbufferReceive(ring, &length, 0);
                  auto* const second = xRingbufferReceive(ring, &length, 0);
                  vRingbufferReturnItem(ring, second);
                  note(send(ring, "dddd") == pdFALSE ? "full" : "?");
                  vRingbufferReturnItem(ring, first);
                  vRingbufferReturnItem(ring, first);
                  note(send(ring, "dddd") && send(ring, "eeee") ? "room" : "?");
                  for (int i = 0; i < 3; ++i)
                      note(take(ring));
              }),
              "aaaa bbbb cccc full room cccc dddd eeee");
    EXPECT_THAT(output(), HasSubstr("vRingbufferReturnItem: the item is none that was received"));
}

TEST_F(FreeRtosBuffer, AnItemMayBeWrittenInPlace) {
    EXPECT_EQ(run([] {
                  static const auto ring = xRingbufferCreate(64, RINGBUF_TYPE_NOSPLIT);
                  spawn("reader", 5, [] {
                      mark(take(ring, portMAX_DELAY));
                      mark(take(ring, portMAX_DELAY));
                  });
                  void* first = nullptr;
                  void* second = nullptr;
                  xRingbufferSendAcquire(ring, &first, 3, 0);
                  xRingbufferSendAcquire(ring, &second, 4, 0);
                  std::memcpy(second, "late", 4);
                  vTaskDelay(1);
                  xRingbufferSendComplete(ring, second);
                  std::memcpy(first, "one", 3);
                  vTaskDelay(1);
                  xRingbufferSendComplete(ring, first);
                  note(xRingbufferSendComplete(ring, first) == pdFALSE ? "twice" : "?");
                  note(xRingbufferSendAcquire(xRingbufferCreate(64, RINGBUF_TYPE_BYTEBUF), &first, 3, 0) == pdFALSE &&
                               first == nullptr
                           ? "bytes"
                           : "?");
              }),
              "one@2 late@2 twice bytes");
}

TEST_F(FreeRtosBuffer, AnItemMayLieInTwoParts) {
    EXPECT_EQ(run([] {
                  const auto ring = xRingbufferCreate(48, RINGBUF_TYPE_ALLOWSPLIT);
                  note(std::to_string(xRingbufferGetMaxItemSize(ring)));
                  send(ring, "0123456789abcdef");
                  note(take(ring));
                  // 24 bytes to the end, 24 before the first.
                  note(send(ring, "ABCDEFGHIJKLMNOPQRSTUVWX") ? "sent" : "?");
                  void* head = nullptr;
                  void* tail = nullptr;
                  std::size_t head_length = 0;
                  std::size_t tail_length = 0;
                  xRingbufferReceiveSplit(ring, &head, &tail, &head_length, &tail_length, 0);
                  note(std::string(static_cast<char*>(head), head_length) + "|" +
                       std::string(static_cast<char*>(tail), tail_length));
                  vRingbufferReturnItem(ring, head);
                  vRingbufferReturnItem(ring, tail);
                  send(ring, "short");
                  xRingbufferReceiveSplitFromISR(ring, &head, &tail, &head_length, &tail_length);
                  note(std::string(static_cast<char*>(head), head_length) + (tail == nullptr ? "" : "?"));
              }),
              "32 0123456789abcdef sent ABCDEFGHIJKLMNOP|QRSTUVWX short");
}

TEST_F(FreeRtosBuffer, ABufferOfBytesGivesOnePieceAtATime) {
    EXPECT_EQ(run([] {
                  const auto ring = xRingbufferCreate(10, RINGBUF_TYPE_BYTEBUF);
                  send(ring, "abcdefgh");
                  std::size_t length = 0;
                  auto* const piece = static_cast<char*>(xRingbufferReceiveUpTo(ring, &length, 0, 3));
                  note(std::string(piece, length));
                  note(take(ring));
                  note(std::to_string(xRingbufferGetCurFreeSize(ring)));
                  vRingbufferReturnItem(ring, piece);
                  note(send(ring, "ijklmn") == pdFALSE && send(ring, "ijklm") ? "full" : "?");
                  for (int i = 0; i < 3; ++i)
                      note(take(ring));
                  note(xRingbufferReceiveUpTo(xRingbufferCreate(10, RINGBUF_TYPE_NOSPLIT), &length, 0, 3) == nullptr
                           ? "items"
                           : "?");
              }),
              "abc none 2 full defghij klm none items");
}

TEST_F(FreeRtosBuffer, ARingCanBeInAQueueSet) {
    EXPECT_EQ(run([] {
                  static const auto ring = xRingbufferCreate(64, RINGBUF_TYPE_NOSPLIT);
                  static const auto set = xQueueCreateSet(4);
                  xRingbufferAddToQueueSetRead(ring, set);
                  spawn("selects", 5, [] {
                      const auto member = xQueueSelectFromSet(set, portMAX_DELAY);
                      mark(xRingbufferCanRead(ring, member) ? take(ring) : "?");
                  });
                  vTaskDelay(4);
                  send(ring, "item");
                  note(xRingbufferRemoveFromQueueSetRead(ring, set) && !xRingbufferRemoveFromQueueSetRead(ring, set)
                           ? "out"
                           : "?");
              }),
              "item@4 out");
}

TEST_F(FreeRtosBuffer, RingsThatWereDeletedAnswerWithNothing) {
    EXPECT_EQ(
        run([] {
            static const auto ring = xRingbufferCreate(64, RINGBUF_TYPE_NOSPLIT);
            spawn("reader", 5, [] { mark(take(ring, portMAX_DELAY)); });
            vTaskDelay(1);
            vRingbufferDelete(ring);
            vRingbufferDelete(ring);
            note(send(ring, "a", 5) == pdFALSE && take(nullptr, 5) == "none" && xRingbufferGetMaxItemSize(ring) == 0
                     ? "nothing"
                     : "?");
            note(xRingbufferCreate(0, RINGBUF_TYPE_NOSPLIT) == nullptr &&
                         xRingbufferCreate(64, RINGBUF_TYPE_MAX) == nullptr &&
                         xRingbufferCreateNoSplit(~std::size_t{0}, ~std::size_t{0}) == nullptr &&
                         xRingbufferCreateStatic(64, RINGBUF_TYPE_NOSPLIT, nullptr, nullptr) == nullptr
                     ? "NULL"
                     : "?");
        }),
        "none@1 nothing NULL");
    EXPECT_THAT(output(), HasSubstr("xRingbufferSend: the ring buffer has been deleted"));
}

}  // namespace nowire::test
