# Answers what comes from one peer, with which it has a key.
from network import ESPNOW, WLAN


def on_recv(result):
    mac, peer, msg = result
    if peer is not None:
        print("heard", msg)
        peer.send(b"yes: " + msg)


wlan = WLAN()
ESPNOW.init()
ESPNOW.on_recv(on_recv)
ESPNOW.pmk("primary key of16")
peer = ESPNOW.add_peer("020000000010")
peer.lmk("a local key of16")
print("ready")
