# Sends to one peer: a greeting, a hundred numbers, and the end.
import network
import espnow

sta = network.WLAN(network.STA_IF)
sta.active(True)

e = espnow.ESPNow()
e.active(True)
peer = b"\x02\x00\x00\x00\x00\x20"
e.add_peer(peer)

if not e.send(peer, "hello"):
    print("nobody is there")
for number in range(100):
    e.send(peer, str(number), True)
e.send(peer, b"end")
print("sent", e.stats()[0], "lost", e.stats()[2])
