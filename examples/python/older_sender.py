# For the espnow module as it was in 2021, a part of module esp.
import network
from esp import espnow

network.WLAN(network.STA_IF).active(True)
e = espnow.ESPNow()
e.init()
peer = b"\x02\x00\x00\x00\x00\x20"
e.add_peer(peer)
e.send("to all peers")
for number in range(20):
    e.send(peer, str(number) * 10, True)
print("last", e.send(peer, b"end", True))
e.deinit()
