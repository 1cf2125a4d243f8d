# Answers what comes from one peer, without keys.
from network import ESPNOW, WLAN


def on_recv(result):
    mac, peer, msg = result
    if peer is not None:
        print("heard", msg)
        peer.send(b"yes: " + msg)


wlan = WLAN()
ESPNOW.init()
ESPNOW.on_recv(on_recv)
peer = ESPNOW.add_peer("020000000010")
print("ready")
