/* A program in C: two devices, and a message from the first to the second. */
#include <nowire/abi/nowire.h>

#include <stdio.h>
#include <string.h>

static int failed(const char* what, int32_t status) {
    fprintf(stderr, "%s: %d %s: %s\n", what, (int)status, nowire_error_name(status), nowire_error_text());
    return 1;
}

/* A device that is up, with ESP-NOW on; NULL: it said why. */
static nowire_station* open_station(const char* url) {
    nowire_station* made = NULL;
    int32_t status = nowire_open(url, NULL, &made);
    if (status == 0) status = nowire_set_interface(made, NOWIRE_STATION, 1);
    if (status == 0) status = nowire_start(made, NULL);
    if (status == 0) return made;
    failed(url, status);
    nowire_close(made);
    return NULL;
}

static int talk(nowire_station* alice, nowire_station* bob) {
    static const char text[] = "hello from C";
    struct nowire_peer peer = {.size = sizeof peer};
    struct nowire_message message = {.size = sizeof message};
    char got[1470];

    int32_t status = nowire_address(bob, NOWIRE_STATION, peer.address);
    if (status == 0) status = nowire_add_peer(alice, &peer);
    if (status < 0) return failed("bob as a peer", status);

    /* 1: bob's radio has acknowledged it. */
    status = nowire_send(alice, peer.address, text, sizeof text, 1);
    if (status != 1) return failed("sending", status);

    /* For 5 seconds at most. Signals end a wait before its time. */
    do {
        status = nowire_receive(bob, got, sizeof got, &message, 5000000);
    } while (status == NOWIRE_INTERRUPTED);
    if (status < 0) return failed("receiving", status);
    printf("bob got \"%s\", %d bytes, at %d dBm\n", got, (int)status, message.rssi);
    return 0;
}

int main(void) {
    nowire_station* alice = open_station("air:?name=alice");
    nowire_station* bob = open_station("air:?name=bob");
    int result = 1;
    if (alice != NULL && bob != NULL) result = talk(alice, bob);
    nowire_close(alice);
    nowire_close(bob);
    return result;
}
