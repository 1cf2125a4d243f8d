/* Two stations of one program, one message from the first to the second. Prints what went wrong. */
#include <nowire/abi/nowire.h>

#include <stdio.h>
#include <string.h>

static int failed(const char* what, int32_t status) {
    fprintf(stderr, "%s: %d %s: %s\n", what, (int)status, nowire_error_name(status), nowire_error_text());
    return 1;
}

int main(void) {
    static const char text[] = "from C";
    nowire_station* a = NULL;
    nowire_station* b = NULL;
    int32_t status = nowire_open("air:?name=c-sender", NULL, &a);
    if (status < 0) return failed("opening", status);
    status = nowire_open("air:?name=c-receiver", NULL, &b);
    if (status < 0) return failed("opening", status);
    struct nowire_peer peer;
    memset(&peer, 0, sizeof peer);
    peer.size = sizeof peer;
    nowire_address(b, NOWIRE_STATION, peer.address);
    if ((status = nowire_set_interface(a, NOWIRE_STATION, 1)) < 0) return failed("interface", status);
    if ((status = nowire_set_interface(b, NOWIRE_STATION, 1)) < 0) return failed("interface", status);
    if ((status = nowire_start(a, NULL)) < 0) return failed("starting", status);
    if ((status = nowire_start(b, NULL)) < 0) return failed("starting", status);
    if ((status = nowire_add_peer(a, &peer)) < 0) return failed("the peer", status);
    status = nowire_send(a, peer.address, text, sizeof text, 1);
    if (status != 1) return failed("sending", status);
    char got[1470];
    struct nowire_message message;
    memset(&message, 0, sizeof message);
    message.size = sizeof message;
    do {
        status = nowire_receive(b, got, sizeof got, &message, 5000000);
    } while (status == NOWIRE_INTERRUPTED);
    if (status != (int32_t)sizeof text) return failed("receiving", status);
    uint8_t sender[6];
    nowire_address(a, NOWIRE_STATION, sender);
    if (strcmp(got, text) != 0 || memcmp(message.source, sender, sizeof sender) != 0) return failed("the message", 0);
    nowire_close(a);
    nowire_close(b);
    return 0;
}
