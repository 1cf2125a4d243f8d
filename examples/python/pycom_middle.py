# Talks to two others, with one of them in secret, and prints what becomes of it.
import binascii
import time
from network import ESPNOW, WLAN


def on_send(result):
    peer, sent = result
    print(("sent to %s" if sent else "not heard by %s") % binascii.hexlify(peer.addr()).decode())


def on_recv(result):
    mac, peer, msg = result
    if peer is not None:
        print("from %s: %s" % (binascii.hexlify(mac).decode(), msg))


wlan = WLAN()
ESPNOW.init()
ESPNOW.on_send(on_send)
ESPNOW.on_recv(on_recv)
ESPNOW.pmk("primary key of16")
secret = ESPNOW.add_peer("020000000020")
secret.lmk("a local key of16")
open_ = ESPNOW.add_peer("020000000030")
print("peers", ESPNOW.peer_count())
for number in range(5):
    secret.send("secret %d" % number)
    open_.send("open %d" % number)
    time.sleep(1)
ESPNOW.send(None, "good bye")
time.sleep(1)
ESPNOW.deinit()
