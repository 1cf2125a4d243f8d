# For the espnow module as it was in 2021, a part of module esp.
import network
from esp import espnow

network.WLAN(network.STA_IF).active(True)
e = espnow.ESPNow()
e.init()
print("receiving")
count = 0
while True:
    mac, msg = e.irecv()
    if msg == b"end":
        break
    if msg:
        count += 1
        print(bytes(mac), bytes(msg))
print("received", count)
e.deinit()
